"""The database's schema, one step after another; a store knows how many it has taken."""

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE cases (
        id TEXT PRIMARY KEY, body TEXT NOT NULL, folder TEXT NOT NULL UNIQUE, wrapped_key BLOB
    ) STRICT;
    CREATE TABLE packs (
        id INTEGER PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, name TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE items (
        case_id TEXT NOT NULL REFERENCES cases, key TEXT NOT NULL, document INTEGER NOT NULL,
        series_uid TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
        state TEXT NOT NULL, reason TEXT NOT NULL, header TEXT,
        pack INTEGER NOT NULL REFERENCES packs, places BLOB NOT NULL,
        PRIMARY KEY (case_id, document, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE remembered (
        case_id TEXT NOT NULL REFERENCES cases, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (case_id, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE drafts (
        case_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE TABLE pictures (
        case_id TEXT NOT NULL, sha256 TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (case_id, sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE parcels (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE artefacts (
        parcel_id TEXT NOT NULL REFERENCES parcels, name TEXT NOT NULL, content BLOB NOT NULL,
        PRIMARY KEY (parcel_id, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, case_id TEXT NOT NULL, detail TEXT NOT NULL,
        chain TEXT NOT NULL
    ) STRICT;
    CREATE TABLE texts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    """,
)
SCHEMA = len(STEPS)
