"""Finds texts in SQLite in the two plain ways: every row read with LIKE, and FTS5's own unicode61.

usage: search.py TEXTS QUERIES
TEXTS: JSON lines {"language","title","body"}; QUERIES: JSON lines {"language","words"}. Prints, for
each way, a line of JSON: name, milliseconds of each query, those
of CPU in the mean, and how many each found (20 at most).
"""
import json
import sqlite3
import sys
import time

MOST = 20
LIKE = ("SELECT p.* FROM pages p WHERE p.language = ?1 AND {} ORDER BY CASE WHEN p.title LIKE ?2 "
        "THEN 0 ELSE 1 END, p.page DESC LIMIT 20")
FTS = ("SELECT p.* FROM pages p WHERE p.language = ?1 AND p.page IN (SELECT rowid FROM words WHERE "
       "words MATCH ?3) ORDER BY CASE WHEN p.title LIKE ?2 THEN 0 ELSE 1 END, p.page DESC LIMIT 20")


def lines(path: str) -> list:
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def ask_like(db: sqlite3.Connection, query: dict) -> int:
    words = query["words"].split()
    tests = " AND ".join("(p.title LIKE ?{0} OR p.body LIKE ?{0})".format(3 + i)
                         for i in range(len(words)))
    likes = ["%" + word + "%" for word in words]
    args = [query["language"], "%" + query["words"] + "%"] + likes
    return len(db.execute(LIKE.format(tests), args).fetchall())


def ask_fts(db: sqlite3.Connection, query: dict) -> int:
    # What begins with the words, as ours finds it.
    match = " ".join('"' + word + '"*' for word in query["words"].split())
    args = [query["language"], "%" + query["words"] + "%", match]
    return len(db.execute(FTS, args).fetchall())


def main() -> None:
    texts, queries = lines(sys.argv[1]), lines(sys.argv[2])
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE pages (page INTEGER PRIMARY KEY, language TEXT, title TEXT, body TEXT)")
    db.execute("CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = 'unicode61', "
               "prefix = '2 3')")
    rows = [(i + 1, t["language"], t["title"], t["body"]) for i, t in enumerate(texts)]
    db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?)", rows)
    db.executemany("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
                   [(row[0], row[2], row[3]) for row in rows])
    db.commit()
    for name, ask in (("SQLite, LIKE", ask_like), ("SQLite, FTS5 unicode61", ask_fts)):
        took, found = [], []
        spent = time.process_time()
        for query in queries:
            begun = time.perf_counter()
            found.append(ask(db, query))
            took.append((time.perf_counter() - begun) * 1000)
        spent = (time.process_time() - spent) * 1000 / len(queries)
        print(json.dumps({"name": name, "ms": took, "cpu": spent, "found": found}))


main()
