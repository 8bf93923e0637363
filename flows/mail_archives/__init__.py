"""Readers of mail archives: mbox, maildir, single messages and public-inbox repositories."""
