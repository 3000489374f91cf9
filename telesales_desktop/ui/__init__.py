"""The only room with Qt: views, models, dialogs and one task runner."""
