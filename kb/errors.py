"""What can go wrong, said in one line: what, where, what to do.

Problems *inside* a document are :class:`kb.records.Finding` rows, never exceptions; these classes are for what stops a
command.  The command line prints the message and nothing else.
"""


class KbError(Exception):
    """Root of every error that this package raises on purpose."""


class SourceError(KbError):
    """A path that cannot be read at all: missing, no permission, no documents in it."""


class VocabularyError(KbError):
    """A term, concept or data file of ``ontology/`` that does not exist or is malformed."""


class StoreError(KbError):
    """A store that is missing, locked, of another version, damaged, or on a full disk."""


class QueryError(KbError):
    """A query that does not parse (with line and column) or cannot be answered."""


class ServiceError(KbError):
    """A service on the network that cannot be reached, refuses, or answers something else than it should."""


class UsageError(KbError):
    """A name, parameter or format that the user gave and that does not exist; says what does."""
