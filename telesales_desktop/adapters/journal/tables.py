"""Which tables does the journal have, and which rules do they hold by themselves?

The rules are a second wall behind the core: a fault there must not become a second authorize here.
Times are microseconds since 1970 UTC, money is cents. A changed statement is a new migration.
"""

ORDERS = (
    # ``id`` is the time of creation, made unique: the order of rows is the order of age, so that
    # "newest first" needs no sorting anywhere, the full-text index included.
    """
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        order_id TEXT NOT NULL UNIQUE CHECK (length(order_id) BETWEEN 1 AND 128),
        order_key TEXT NOT NULL,
        environment TEXT NOT NULL CHECK (environment IN ('sandbox', 'live', 'simulator')),
        country TEXT NOT NULL CHECK (country IN ('US', 'CA')),
        currency TEXT NOT NULL CHECK (currency IN ('USD', 'CAD')),
        agent TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        total_cents INTEGER NOT NULL CHECK (total_cents BETWEEN 0 AND 9999999999),
        limit_cents INTEGER NOT NULL CHECK (limit_cents >= total_cents),
        archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
        version INTEGER NOT NULL CHECK (version >= 0)
    ) STRICT
    """,
    "CREATE INDEX orders_open ON orders (id) WHERE archived = 0",
    "CREATE INDEX orders_by_state ON orders (state)",
    "CREATE INDEX orders_by_agent ON orders (agent)",
    "CREATE INDEX orders_by_agent_and_state ON orders (agent, state)",
    """
    CREATE TRIGGER orders_stay_what_they_are BEFORE UPDATE ON orders
    WHEN NEW.id <> OLD.id OR NEW.order_id <> OLD.order_id OR NEW.environment <> OLD.environment
        OR NEW.country <> OLD.country OR NEW.currency <> OLD.currency
        OR NEW.created_at <> OLD.created_at
        OR (NEW.order_key <> OLD.order_key AND OLD.order_key <> '')
    BEGIN SELECT RAISE(ABORT, 'an order does not become another'); END
    """,
    """
    CREATE TRIGGER orders_do_not_go_back BEFORE UPDATE ON orders WHEN NEW.version < OLD.version
    BEGIN SELECT RAISE(ABORT, 'an order does not go back'); END
    """,
    # Apart from the narrow rows above, so that those stay many to a page.
    """
    CREATE TABLE order_bodies (
        order_row INTEGER PRIMARY KEY REFERENCES orders (id),
        format INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE order_details (
        order_row INTEGER PRIMARY KEY REFERENCES orders (id),
        format INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT
    """,
)

CHECKOUTS = (
    """
    CREATE TABLE checkouts (
        order_row INTEGER NOT NULL REFERENCES orders (id),
        attempt INTEGER NOT NULL CHECK (attempt >= 1),
        checkout_id TEXT NOT NULL,
        state TEXT NOT NULL
            CHECK (state IN ('planned', 'sent', 'accepted', 'refused', 'unknown')),
        superseded INTEGER NOT NULL CHECK (superseded IN (0, 1)),
        total_cents INTEGER NOT NULL CHECK (total_cents BETWEEN 0 AND 9999999999),
        currency TEXT NOT NULL CHECK (currency IN ('USD', 'CAD')),
        planned_at INTEGER NOT NULL,
        sent_at INTEGER,
        PRIMARY KEY (order_row, attempt),
        CHECK (state <> 'accepted' OR checkout_id <> '')
    ) STRICT, WITHOUT ROWID
    """,
    # One checkout at Affirm is one attempt of one order, whatever news says.
    """
    CREATE UNIQUE INDEX checkouts_have_one_order ON checkouts (checkout_id) WHERE checkout_id <> ''
    """,
    """
    CREATE TRIGGER checkouts_keep_their_id BEFORE UPDATE ON checkouts
    WHEN OLD.checkout_id <> '' AND NEW.checkout_id <> OLD.checkout_id
    BEGIN SELECT RAISE(ABORT, 'a checkout keeps its id'); END
    """,
    # At most one call to Affirm for a link may be under way.
    """
    CREATE UNIQUE INDEX checkouts_are_sent_one_by_one ON checkouts (order_row)
    WHERE state IN ('planned', 'sent')
    """,
)

OPERATIONS = (
    """
    CREATE TABLE operations (
        order_row INTEGER NOT NULL REFERENCES orders (id),
        operation_id TEXT NOT NULL CHECK (operation_id <> ''),
        kind TEXT NOT NULL CHECK (kind IN
            ('authorize', 'capture', 'partial_capture', 'refund', 'void', 'update')),
        subject_id TEXT NOT NULL CHECK (subject_id <> ''),
        amount_cents INTEGER NOT NULL CHECK (amount_cents BETWEEN 0 AND 9999999999),
        key TEXT NOT NULL CHECK (key <> ''),
        body_sha256 BLOB NOT NULL CHECK (length(body_sha256) = 32),
        state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'unknown', 'done', 'refused')),
        sends INTEGER NOT NULL CHECK (sends >= 0),
        actor TEXT NOT NULL,
        planned_at INTEGER NOT NULL,
        first_sent_at INTEGER,
        settled_at INTEGER,
        verdict TEXT NOT NULL,
        PRIMARY KEY (order_row, operation_id),
        CHECK (kind = 'update' OR amount_cents > 0),
        CHECK (state NOT IN ('sent', 'unknown') OR (sends > 0 AND first_sent_at IS NOT NULL))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE UNIQUE INDEX one_authorize ON operations (order_row)
    WHERE kind = 'authorize' AND state <> 'refused'
    """,
    """
    CREATE UNIQUE INDEX one_full_capture ON operations (order_row)
    WHERE kind = 'capture' AND state <> 'refused'
    """,
    """
    CREATE UNIQUE INDEX one_void ON operations (order_row)
    WHERE kind = 'void' AND state <> 'refused'
    """,
    "CREATE UNIQUE INDEX one_intent_a_key ON operations (key) WHERE state <> 'refused'",
    """
    CREATE TRIGGER operations_stay_what_they_are BEFORE UPDATE ON operations
    WHEN NEW.kind <> OLD.kind OR NEW.subject_id <> OLD.subject_id
        OR NEW.amount_cents <> OLD.amount_cents OR NEW.key <> OLD.key
        OR NEW.body_sha256 <> OLD.body_sha256
    BEGIN SELECT RAISE(ABORT, 'an intent does not change'); END
    """,
    """
    CREATE TRIGGER operations_do_not_go_back BEFORE UPDATE ON operations
    WHEN NEW.sends < OLD.sends OR (OLD.state = 'done' AND NEW.state <> 'done')
        OR (OLD.state <> 'planned' AND NEW.state = 'planned' AND OLD.state <> 'sent')
    BEGIN SELECT RAISE(ABORT, 'an operation does not go back'); END
    """,
    """
    CREATE TRIGGER operations_are_kept BEFORE DELETE ON operations
    BEGIN SELECT RAISE(ABORT, 'operations are kept'); END
    """,
)

# What is in flight counts as done: an amount must not be taken or given back twice.
LIMITS = tuple(
    f"""
    CREATE TRIGGER {kinds}_stay_within_the_limit_{when.lower()} AFTER {when} ON operations
    WHEN NEW.kind IN ({members}) AND NEW.state <> 'refused' AND (
        SELECT sum(amount_cents) FROM operations
        WHERE order_row = NEW.order_row AND kind IN ({members}) AND state <> 'refused'
    ) > (SELECT limit_cents FROM orders WHERE id = NEW.order_row)
    BEGIN SELECT RAISE(ABORT, '{kinds} exceed what was held'); END
    """  # noqa: S608 - words of ours
    for kinds, members in (("captures", "'capture', 'partial_capture'"), ("refunds", "'refund'"))
    for when in ("INSERT", "UPDATE")
)

RECORDS = (
    """
    CREATE TABLE timeline (
        id INTEGER PRIMARY KEY,
        order_row INTEGER NOT NULL REFERENCES orders (id),
        at INTEGER NOT NULL,
        source TEXT NOT NULL,
        kind TEXT NOT NULL,
        params TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX timeline_of_order ON timeline (order_row)",
    """
    CREATE TABLE audit (
        n INTEGER PRIMARY KEY CHECK (n >= 1),
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        order_id TEXT NOT NULL,
        operation_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount_cents INTEGER NOT NULL,
        key TEXT NOT NULL,
        sends INTEGER NOT NULL,
        from_state TEXT NOT NULL,
        to_state TEXT NOT NULL,
        verdict TEXT NOT NULL,
        prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
        hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT
    """,
    """
    CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END
    """,
    """
    CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END
    """,
)

FEED = (
    """
    CREATE TABLE inbox (
        n INTEGER PRIMARY KEY,
        delivery_id TEXT NOT NULL UNIQUE CHECK (delivery_id <> ''),
        cursor TEXT NOT NULL,
        source TEXT NOT NULL,
        content_type TEXT NOT NULL,
        signatures TEXT NOT NULL,
        body BLOB NOT NULL,
        received_at INTEGER NOT NULL,
        order_key TEXT NOT NULL,
        landing TEXT NOT NULL,
        verdict TEXT NOT NULL,
        note TEXT NOT NULL,
        applied INTEGER NOT NULL CHECK (applied IN (0, 1))
    ) STRICT
    """,
    "CREATE INDEX inbox_unapplied ON inbox (n) WHERE applied = 0",
    "CREATE INDEX inbox_by_time ON inbox (source, received_at)",
    """
    CREATE TABLE cursors (
        merchant TEXT PRIMARY KEY NOT NULL,
        epoch TEXT NOT NULL,
        position TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

DESK = (
    """
    CREATE TABLE drafts (
        draft_id TEXT PRIMARY KEY NOT NULL CHECK (draft_id <> ''),
        saved_at INTEGER NOT NULL,
        content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE meta (
        name TEXT PRIMARY KEY NOT NULL CHECK (name <> ''),
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # How many transactions there were: compared with the mark beside the file.
    "CREATE TABLE commits (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL) STRICT",
    "INSERT INTO commits (id, n) VALUES (1, 0)",
)

SEARCH = (
    """
    CREATE TABLE search_text (
        id INTEGER PRIMARY KEY REFERENCES orders (id),
        people TEXT NOT NULL,
        numbers TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE VIRTUAL TABLE search USING fts5 (
        people, numbers, content = 'search_text', content_rowid = 'id',
        tokenize = 'trigram case_sensitive 1'
    )
    """,
    # Deleted words leave the index at once, not at some later merge.
    "INSERT INTO search (search, rank) VALUES ('secure-delete', 1)",
    # One and two letters are too short for trigrams: an index of its own, without positions.
    """
    CREATE VIRTUAL TABLE short_search USING fts5 (
        grams, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
    )
    """,
    "INSERT INTO short_search (short_search, rank) VALUES ('secure-delete', 1)",
)

VERSION_1 = (*ORDERS, *CHECKOUTS, *OPERATIONS, *LIMITS, *RECORDS, *FEED, *DESK, *SEARCH)

SHARING = (
    # Orders whose newest record the relay lacks; marked with the step that changed them.
    """
    CREATE TABLE outbox (
        order_row INTEGER PRIMARY KEY REFERENCES orders (id),
        marks INTEGER NOT NULL CHECK (marks >= 1),
        since INTEGER NOT NULL
    ) STRICT
    """,
    # Orders on which another desk acts now. What this desk had begun is still settled by it.
    """
    CREATE TABLE lost_orders (
        order_row INTEGER PRIMARY KEY REFERENCES orders (id),
        at INTEGER NOT NULL
    ) STRICT
    """,
    # The newest record of each order that was seen at the relay. Without bodies: this desk put it.
    """
    CREATE TABLE records (
        id INTEGER PRIMARY KEY,
        order_key TEXT NOT NULL UNIQUE CHECK (order_key <> ''),
        version INTEGER NOT NULL CHECK (version >= 1),
        owner TEXT NOT NULL,
        holder TEXT NOT NULL,
        holder_name TEXT NOT NULL,
        workstation TEXT NOT NULL,
        seen_at INTEGER NOT NULL,
        archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
        format INTEGER NOT NULL,
        order_body TEXT,
        details_body TEXT,
        CHECK ((order_body IS NULL) = (details_body IS NULL))
    ) STRICT
    """,
    "CREATE INDEX records_open ON records (id) WHERE archived = 0 AND order_body IS NOT NULL",
    """
    CREATE TRIGGER records_do_not_go_back BEFORE UPDATE ON records
    WHEN NEW.version < OLD.version OR NEW.order_key <> OLD.order_key
    BEGIN SELECT RAISE(ABORT, 'a record does not go back'); END
    """,
    "CREATE INDEX orders_by_order_key ON orders (order_key)",
    "CREATE INDEX inbox_elsewhere ON inbox (note) WHERE note GLOB 'elsewhere *'",
)

VERSION_2 = SHARING
