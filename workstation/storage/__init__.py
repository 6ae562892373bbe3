"""This computer's disk, encrypted from the first byte: database, packs, keys, audit chain.

Layout of the data folder (every name random or constant, never a word of a case)::

    keys.json        wrapped keys and how they are wrapped; no secret by itself
    store.db         SQLCipher (WAL, synchronous FULL): cases, index of packs, drafts, parcels, audit
    packs/<random>/  one folder a case, <random>.pack inside: AES-256-GCM chunks under the case's own key
    ballast          reserve released when the disk is full, so that a draft can always be saved
    lock             held by the running program

Failures (``failures.py``)::

    StorageFailure
    ├── Refused            the world's fault: says what happened, what was kept, what to do next
    │   ├── InUse          another window of the program holds the folder
    │   ├── WrongPassphrase
    │   ├── NoKey          neither keyring nor passphrase opens the store
    │   ├── NewerStore     written by a newer program
    │   ├── DiskFull
    │   ├── Damaged        bytes on disk are not those that were written
    │   └── Absent         what was asked for is not here (any more)
    └── Defect             ours
"""
