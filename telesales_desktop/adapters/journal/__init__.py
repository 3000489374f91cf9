"""The workstation's durable record: orders, operations, inbox and drafts in one sealed file."""

from telesales_desktop.adapters.journal.audit import AuditBreak
from telesales_desktop.adapters.journal.encrypted import EncryptedJournal

__all__ = ["AuditBreak", "EncryptedJournal"]
