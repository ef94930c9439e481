"""complaintctl: complaints as files, promises as policy, git as the audit trail."""

__version__ = "0.1.0"
