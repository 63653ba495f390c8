"""Reads every message of a folder and keeps it, as plainly as can be: Python's email, one row each.

usage: mails.py FOLDER DATABASE
Prints messages, seconds, and the peak of memory in KiB. One commit a message, as ours is.
"""
import email
import email.policy
import os
import resource
import sqlite3
import sys
import time


def main() -> None:
    folder, database = sys.argv[1:3]
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE parts (subject TEXT, sender TEXT, body TEXT)")
    db.execute("CREATE TABLE files (part INTEGER, name TEXT, bytes BLOB)")
    names = sorted(os.listdir(folder))
    begun = time.monotonic()
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            message = email.message_from_binary_file(file, policy=email.policy.default)
        body = message.get_body(("plain", "html"))
        text = body.get_content() if body is not None else ""
        db.execute("BEGIN")
        row = db.execute("INSERT INTO parts VALUES (?, ?, ?)",
                         (message["subject"], message["from"], text)).lastrowid
        for part in message.iter_attachments():
            db.execute("INSERT INTO files VALUES (?, ?, ?)",
                       (row, part.get_filename(), part.get_payload(decode=True)))
        db.execute("COMMIT")
    took = time.monotonic() - begun
    print(len(names), took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


main()
