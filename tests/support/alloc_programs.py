"""Programs of test_alloc.py that are compared with tracemalloc, line by line."""

# At the end: free lists are emptied, so that what the snapshot itself makes comes from nowhere else.
SNAPSHOT = """
_before_the_snapshot = None
_drained = [[[] for _ in range(200)], [{} for _ in range(200)], [i * 0.5 for i in range(500)],
            [(*range(n),) for n in range(1, 21) for _ in range(2500)], [slice(i) for i in range(10)]]
if tracemalloc.is_tracing():
    _snapshot = tracemalloc.take_snapshot()
    _out = open("traced", "w")
    for _s in _snapshot.statistics("lineno"):
        print(_s.traceback[0].filename, _s.traceback[0].lineno, _s.size, _s.count, sep="|", file=_out)
    _out.close()
os._exit(0)
"""

PROGRAMS = {
    "closures, generators and instances": """
        def outer(a):
            b = [a]
            def inner():
                return b, a
            return inner
        def gen(x):
            yield x
        keep = []
        for i in range(1000):
            keep.append(outer(
                i))
        keep.append([gen(i) for i in range(500)])
        class A:
            def __init__(self, x): self.x = x
        class S:
            __slots__ = ("y",)
            def __init__(self, x): self.y = [x]
        def call():
            return [A(object())
                for i in range(300)] + [S(1.5 * i) for i in range(100)]
        keep.append(call())
        g = gen(1); next(g); keep.append(g)
        async def co(): return [1]
        c = co(); keep.append(c)
        """,
    "sizes around the limit of small blocks": """
        keep = []
        for n in (0, 1, 15, 16, 17, 500, 511, 512, 513, 5000, 1 << 20):
            keep.append(bytearray(n))
            keep[-1].extend(b"x" * n)
            keep.append(bytes(n)); keep.append("x" * n); keep.append([None] * n)
        keep.append([bytearray(100) for _ in range(5000)])
        del keep[3:9]
        """,
    "what grows, shrinks and is sorted": """
        import collections
        keep = []
        for i in range(3000): keep.append(str(i))
        for i in range(2000): keep.pop()
        d = {}
        for i in range(2000): d[i] = (i,
            [i])
        for i in range(1900): del d[i]
        r = collections.deque(range(10000))
        for i in range(9000): r.popleft()
        s = {i for i in range(10000)}
        s -= set(range(9000))
        t = ""
        for i in range(1000): t += chr(65 + i % 26)
        keep.sort(); o = sorted(keep, key=len)
        x = bytearray()
        for i in range(300): x += b"abc"; x.pop()
        """,
    "code made at run time": """
        keep = []
        for i in range(200): exec(f"def f{i}(x):\\n    return [x, {i}]\\nkeep.append(f{i}(1))")
        for i in range(300):
            e = eval(f"lambda: ({i},\\n [{i}])"); keep.append(e())
        """,
    "exceptions and recursion": """
        import traceback
        keep = []
        def rec(n): return [n] + (rec(n - 1) if n else [])
        keep.append(rec(100))
        class C:
            def __getattr__(self, n):
                if n == "bad": raise ValueError(n)
                return [n] * 5
        keep += [C().foo for _ in range(50)]
        for _ in range(20):
            try: C().bad
            except ValueError as x: keep.append(x)
        """,
    "json, regular expressions and compression": """
        import json, re, zlib
        d = {str(i): [i, i * 0.5] for i in range(5000)}
        s = json.dumps(d)
        e = json.loads(s)
        del d
        words = re.findall(r"\\d+", s)
        data = bytes(range(256)) * 1000
        c = zlib.compressobj(); q = zlib.decompressobj()
        y = q.decompress(zlib.compress(data), 1000)
        """,
    "threads that allocate without the interpreter lock": """
        import threading, zlib
        keep = []
        def work(n):
            data = bytes(range(256)) * 2000
            for _ in range(10):
                c = zlib.compressobj()
                z = c.compress(data) + c.flush()
                q = zlib.decompressobj()
                y = q.decompress(z, 1000)
            keep.append((c, q, [n] * 100))
        ts = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for t in ts: t.start()
        for t in ts: t.join()
        """,
}


# What CPython keeps no dead ones of: the same with every interpreter. What comes from a free list is followed by the
# default host only.
WITHOUT_FREE_LISTS = """
    import zlib, threading
    keep = set()
    for i in range(2000):
        keep.add(bytes(i))
        keep.add("x" * i + "y")
    class S:
        __slots__ = ("y",)
    kept = {S() for _ in range(300)}
    kept |= {bytearray(2000).find for _ in range(10)}
    functions = {lambda: 1 for _ in range(100)}
    for _ in range(50): exec("def f(): pass\\nkept.add(f)")
    data = bytes(range(256)) * 1000
    c = zlib.compressobj(); q = zlib.decompressobj()
    y = q.decompress(zlib.compress(data), 1000)
    def work(): kept.add(zlib.compressobj()); kept.add(b"".join((data, data)))
    ts = {threading.Thread(target=work) for _ in range(3)}
    for t in ts: t.start()
    for t in ts: t.join()
    """
