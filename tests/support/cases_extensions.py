"""Cases of side_by_side.py for test_extensions.py: programs that live in extension modules. Each names the modules that it needs."""

from side_by_side import code

NEEDS = {}  # {case: modules}


def program(name, needs, text, **options):
    code(name, text, **options)
    NEEDS[name] = needs.split()


# --- C++ extensions of our own, built by test_extensions.py: each with its libstdc++, all in one process too
BUILDS = {
    "throwing_own": ("g++", "-static-libstdc++", "-static-libgcc"),
    "throwing_common": ("g++",),
    "throwing_clang": ("clang++-14", "-static-libstdc++"),
}
THROWING = """
import gc, threading
import {modules}
def exercise(t):
    def deeper(n):
        if n > 30: return limit(n)
        return t.descend(deeper, n + 1)
    for limit in (lambda n: 1 / 0, lambda n: n, lambda n: t.descend(deeper, -n), lambda n: [][n]):
        for start in (30, 29, 5, 0):
            try: print(start, t.descend(deeper, start))
            except Exception as error: print(start, type(error).__name__, error)
    try: t.descend(print, -3)
    except RuntimeError as error: print(error)
    print(t.threads(lambda n: 1 // (n % 3), 8), t.library())
for t in ({modules},):
    exercise(t)
    many = [threading.Thread(target=t.threads, args=(lambda n: sum([] if n else [()]), 4)) for _ in range(5)]
    [one.start() for one in many]; [one.join() for one in many]
    try: t.descend(lambda n: (gc.collect(), {{}}[n]), 2)
    except KeyError as error: print("KeyError", error)
    print(t.destroyed())
"""
for _name in BUILDS:
    program(_name, _name, THROWING.format(modules=_name))
program("throwing_together", " ".join(BUILDS), THROWING.format(modules=", ".join(BUILDS)) + """
def in_turns(n):
    if n > 20: raise ValueError(n)
    return modules[n % len(modules)].descend(in_turns, n + 1)
modules = [throwing_own, throwing_common, throwing_clang]
for start in range(3):
    try: print(in_turns(start))
    except Exception as error: print(type(error).__name__, error)
""", unsanitized="a libstdc++ is there before those of the extensions")

# --- numpy and what stands on it
program("numpy_arithmetic", "numpy", """
import numpy as np
a = np.arange(60.).reshape(3, 4, 5)
print(a.sum(axis=1), a.T[::2, 1], np.linalg.det(a[0, :, :4] + np.eye(4)), np.einsum("ijk,ijk->i", a, a))
print(np.linalg.eigvalsh(np.outer(range(4), range(4)) + np.eye(4)).round(6), np.fft.fft([1, 2, 3, 4]))
print(np.random.default_rng(5).normal(size=3), np.random.RandomState(3).permutation(5))
print(np.vectorize(lambda x, y: x * y + 1)([1, 2, 3], 4), np.frompyfunc(divmod, 2, 2)([7, 8], 3))
print(np.apply_along_axis(lambda row: sorted(row)[-1], 0, a[0]), np.fromiter((x * x for x in range(5)), int))
with np.errstate(divide="raise"):
    try: np.array([1.]) / 0
    except FloatingPointError as error: print(error)
np.seterrcall(lambda kind, flag: print("called", kind, flag)); np.seterr(all="call"); np.array([1.]) / 0
class Traced(np.ndarray):
    def __array_finalize__(self, other): print("finalize", type(other).__name__)
    def __array_ufunc__(self, ufunc, method, *inputs, **more):
        print(ufunc.__name__, method)
        return getattr(ufunc, method)(*(np.asarray(x) for x in inputs), **more)
t = np.arange(3).view(Traced); print(t + 1, np.add.reduce(t))
""")
program("numpy_objects_and_errors", "numpy", """
import numpy as np, pickle, copy, warnings
class Money:
    def __init__(self, n): self.n = n
    def __add__(self, other): return Money(self.n + other.n)
    def __lt__(self, other):
        if self.n == 7: raise ArithmeticError("seven")
        return self.n < other.n
    def __repr__(self): return f"<{self.n}>"
wallet = np.array([Money(n) for n in (3, 1, 2)], dtype=object)
print(wallet.sum(), np.sort(wallet), pickle.loads(pickle.dumps(wallet)), copy.deepcopy(wallet)[0])
for one in wallet: one.n = 7
try: np.sort(wallet)
except ArithmeticError as error: print(error)
warnings.simplefilter("error")
try: np.array([1, 2]) / np.array([0, 1])
except RuntimeWarning as error: print(error)
r = np.rec.array([(1, "a", 2.5), (2, "b", 0.5)], dtype=[("i", "i4"), ("s", "U3"), ("f", "f8")])
print(np.sort(r, order="f"), r.s, np.unique([3, 1, 3], return_counts=True))
np.array([1, 2, 3]).reshape(2, 2)
""")
program("numpy_threads_and_files", "numpy", """
import io, mmap, threading
import numpy as np
out = {}
def work(k):
    m = np.full((80, 80), k, dtype=float)
    for _ in range(10): m = m @ m / np.abs(m).max() / 80
    out[k] = m.sum().round(8)
threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 7)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(out.items()))
np.savez("a.npz", x=np.arange(5), y=np.array([[1.5]]))
with np.load("a.npz") as z: print(z["x"], z["y"])
m = np.memmap("m.dat", dtype="u1", mode="w+", shape=1000); m[:] = 7; m.flush(); del m
print(np.fromfile("m.dat", "u1").sum(), np.loadtxt(io.StringIO("1,2\\n3,4"), delimiter=",", converters=lambda x: float(x) * 2))
""")
program("numpy_forked_pool", "numpy", """
import multiprocessing, numpy as np
def work(n): return float((np.ones((n, n)) @ np.ones((n, n))).sum())
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(work, range(1, 60, 7)))
""")
program("pandas", "pandas", """
import io, pandas as pd
frame = pd.DataFrame({"k": list("abcab"), "x": range(5), "t": pd.date_range("2024-01-30", periods=5)})
print(frame.groupby("k").agg({"x": ["sum", "mean"], "t": "max"}), frame.groupby("k").apply(lambda g: g.x.max() - g.x.min()))
print(frame.assign(y=frame.x.map(lambda v: v ** 2)).pivot_table(index="k", values="y", aggfunc="sum"))
print(pd.read_csv(io.StringIO(frame.to_csv()), index_col=0, parse_dates=["t"]).dtypes, frame.merge(frame, on="k").shape)
print(frame.set_index("t").x.resample("2D").sum(), frame.x.rolling(2).apply(lambda w: w.prod()))
frame["nothing"]
""")

# --- modules of the standard library that are mostly C
program("sqlite3_callbacks", "sqlite3", """
import sqlite3
db = sqlite3.connect("data.db")
db.create_function("twice", 1, lambda x: x * 2)
db.create_function("bad", 1, lambda x: 1 / 0)
class Longest:
    def __init__(self): self.best = ""
    def step(self, text): self.best = max(self.best, text, key=len)
    def finalize(self): return self.best
db.create_aggregate("longest", 1, Longest)
db.create_collation("backwards", lambda a, b: (a < b) - (a > b))
db.set_trace_callback(lambda text: print("trace", text))
steps = []
db.set_progress_handler(lambda: steps.append(1), 50)
db.set_authorizer(lambda *what: sqlite3.SQLITE_OK)
sqlite3.register_adapter(complex, lambda c: f"{c.real};{c.imag}")
with db:
    db.execute("create table t (k text, n int)")
    db.executemany("insert into t values (?, ?)", ((chr(97 + i % 26) * (i % 7), i) for i in range(100)))
    db.execute("insert into t values (?, 1)", (1 + 2j,))
print(db.execute("select longest(k), sum(twice(n)) from t").fetchall(), bool(steps))
print(db.execute("select distinct k from t order by k collate backwards limit 3").fetchall())
sqlite3.enable_callback_tracebacks(False)
try: db.execute("select bad(n) from t").fetchone()
except sqlite3.OperationalError as error: print(error)
db.row_factory = sqlite3.Row
print(dict(db.execute("select * from t limit 1").fetchone()), list(db.iterdump())[:2])
try:
    with db:
        db.execute("delete from t"); raise KeyError("rolled back")
except KeyError: print(db.execute("select count(*) from t").fetchone()[0])
db.execute("select nothing from t")
""")
program("ssl_both_ends", "ssl", """
import socket, ssl, subprocess, sys, threading
subprocess.run("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost "
               "-keyout key.pem -out cert.pem".split(), check=True, capture_output=True)
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); server.load_cert_chain("cert.pem", "key.pem")
names = []
server.sni_callback = lambda connection, name, context: names.append(name)
client = ssl.create_default_context(cafile="cert.pem")
def exchange(context):
    a, b = socket.socketpair()
    def serve():
        try:
            with server.wrap_socket(b, server_side=True) as s:
                while data := s.recv(1000): s.sendall(data[::-1])
        except OSError as error: said.append(type(error).__name__)
    said = []
    thread = threading.Thread(target=serve); thread.start()
    try:
        with context.wrap_socket(a, server_hostname="localhost") as s:
            for text in (b"abc", b"x" * 100):
                s.sendall(text); print(s.recv(1000) == text[::-1], s.version())
    except ssl.SSLError as error: print(error.reason)
    finally:
        a.close(); thread.join(); print(said)
exchange(client); exchange(ssl.create_default_context()); print(names)
import hashlib, hmac, os
print(hashlib.sha3_256(b"x").hexdigest(), hmac.digest(b"k", b"m", "sha256").hex(), hashlib.scrypt(b"p", salt=b"s", n=16, r=8, p=1).hex()[:16])
for name in ("key.pem", "cert.pem"): os.remove(name)
""")
program("lxml", "lxml", """
from lxml import etree, html, objectify
class Target:
    def __init__(self): self.seen = []
    def start(self, tag, attributes): self.seen.append(tag)
    def data(self, data):
        if data == "bad": raise LookupError("in a callback of libxml2")
    def close(self): return self.seen
print(etree.fromstring("<a><b x='1'/><c>t</c></a>", etree.XMLParser(target=Target())))
try: etree.fromstring("<a>bad</a>", etree.XMLParser(target=Target()))
except LookupError as error: print(error)
try: etree.fromstring("<a><b></a>")
except etree.XMLSyntaxError as error: print(error)
tree = etree.fromstring("<r>" + "".join(f"<i n='{n}'>{n % 3}</i>" for n in range(50)) + "</r>")
names = etree.FunctionNamespace("urn:own"); names["odd"] = lambda context, nodes: [n for n in nodes if int(n.get("n")) % 2]
print(len(tree.xpath("o:odd(//i)", namespaces={"o": "urn:own"})), tree.xpath("sum(//i)"))
style = etree.XSLT(etree.XML('<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform">'
    '<x:template match="/"><n><x:value-of select="count(//i[. = 1])"/></n></x:template></x:stylesheet>'))
print(str(style(tree)), html.fromstring("<p>a<br>b").text_content(), objectify.fromstring("<a><b>3</b></a>").b + 1)
class Own(etree.ElementBase):
    def hello(self): return "hello " + self.tag
lookup = etree.ElementDefaultClassLookup(element=Own); parser = etree.XMLParser(); parser.set_element_class_lookup(lookup)
print(etree.fromstring("<z/>", parser).hello())
for event, element in etree.iterparse(__import__("io").BytesIO(b"<a><b/><b/></a>"), tag="b"): print(event, element.tag)
tree.xpath("o:missing()")
""")
program("ctypes_callbacks", "ctypes", """
import ctypes, ctypes.util
libc = ctypes.CDLL(None)
Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 20)(*[n * 7 % 20 for n in range(20)])
libc.qsort(numbers, 20, 4, Compare(lambda a, b: a[0] - b[0])); print(list(numbers))
Callback = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)
again = Callback(lambda o: again(o[1:]) if o else "end"); print(again([1, 2, 3]))
failing = Compare(lambda a, b: 1 // 0)
libc.qsort(numbers, 2, 4, failing); print("goes on")
class Node(ctypes.Structure): pass
Node._fields_ = [("value", ctypes.c_int), ("next", ctypes.POINTER(Node))]
a = Node(1); b = Node(2, ctypes.pointer(a)); print(b.next.contents.value, bytes(b)[:4])
print(ctypes.string_at(ctypes.create_string_buffer(b"text")), ctypes.pythonapi.Py_IsInitialized())
ctypes.set_errno(5); print(ctypes.get_errno())
""", unsanitized="its qsort asks more often than the C library's")
program("c_accelerators", "decimal lzma bz2 pyexpat", """
import array, bisect, collections, datetime, decimal, functools, heapq, itertools, operator, pickle, struct, zlib, lzma, bz2
import xml.etree.ElementTree as et, csv, json, random, re, unicodedata, zoneinfo, pyexpat
with decimal.localcontext() as c:
    c.prec = 50; print(decimal.Decimal(2).sqrt(), c.flags[decimal.Inexact])
    c.traps[decimal.Inexact] = True
    try: decimal.Decimal(1) / 3
    except decimal.Inexact as error: print(type(error))
class Key:
    def __init__(self, n): self.n = n
    def __lt__(self, o): return self.n < o.n
    def __hash__(self): return self.n % 3
    def __eq__(self, o): return self.n == o.n
    def __reduce__(self): return Key, (self.n,)
keys = [Key(n * 7 % 20) for n in range(20)]
print([k.n for k in heapq.nsmallest(4, keys)], [k.n for k in sorted(keys, key=functools.cmp_to_key(lambda a, b: b.n - a.n))][:4])
print(len({Key(n) for n in range(9)} | set(keys)), [k.n for k in pickle.loads(pickle.dumps(keys))][:3])
@functools.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(80), fib.cache_info(), list(itertools.accumulate(range(5), lambda a, b: a * 2 + b)), functools.reduce(operator.mul, range(1, 9)))
print(re.sub("[aeiou]", lambda m: m[0].upper(), "regular expression"), json.loads("[1.5, {}]", parse_float=lambda t: t + "!"))
for module in (zlib, lzma, bz2): print(len(module.decompress(module.compress(bytes(1000)))))
p = pyexpat.ParserCreate(); p.StartElementHandler = lambda *a: print(a); p.Parse("<a><b c='1'/></a>", True)
p = pyexpat.ParserCreate(); p.StartElementHandler = lambda *a: 1 / 0
try: p.Parse("<a/>", True)
except ZeroDivisionError as error: print(error)
print(datetime.datetime(2024, 3, 31, 2, tzinfo=datetime.timezone.utc).astimezone(zoneinfo.ZoneInfo("UTC")), unicodedata.name("é"))
d = collections.defaultdict(lambda: collections.Counter("abc")); d["x"]["a"] += 1; print(dict(d), struct.pack("<hI", 1, 2), array.array("d", [1.5]))
""")

# --- other ways to switch stacks, to call C and to be called
program("greenlet_switches", "greenlet", """
import greenlet, sys, threading
def generator(n):
    for i in range(n): parent.switch(i * i)
    raise StopIteration("done")
def run():
    global parent
    parent = greenlet.getcurrent()
    g = greenlet.greenlet(generator); got = [g.switch(5)]
    while True:
        try: got.append(g.switch())
        except StopIteration as error: got.append(str(error)); return got
print(run())
def deep(n, other):
    if n: return deep(n - 1, other) + 1
    return other.switch(0)
a = greenlet.greenlet(lambda: deep(100, b)); b = greenlet.greenlet(lambda x: deep(50, a) and 1 / 0)
print(a.switch())
try: b.switch(3)
except ZeroDivisionError as error: print(error)
def thrown():
    try: main.switch()
    except KeyError as error: print("thrown in", error); raise
main = greenlet.getcurrent(); t = greenlet.greenlet(thrown); t.switch()
try: t.throw(KeyError("k"))
except KeyError: print("and out", t.dead)
killed = greenlet.greenlet(lambda: deep(20, main)); killed.switch(); del killed
crowd = [greenlet.greenlet(lambda i=i: [main.switch(i) for _ in range(3)]) for i in range(200)]
print(sum(sum(g.switch() or 0 for g in crowd if not g.dead and isinstance(1, int)) for _ in range(3)))
thread = threading.Thread(target=lambda: print(run())); thread.start(); thread.join()
""")
program("gevent_server", "gevent", """
import gevent, gevent.event, gevent.pool, gevent.queue, gevent.socket, gevent.server
def handle(connection, address):
    for line in connection.makefile("rb"): connection.sendall(line.upper())
server = gevent.server.StreamServer(("127.0.0.1", 0), handle); server.start()
def client(i):
    s = gevent.socket.create_connection(("127.0.0.1", server.server_port))
    s.sendall(b"line %d\\n" % i)
    with s: return s.makefile().readline().strip()
print(sorted(gevent.pool.Pool(5).map(client, range(20))))
queue, done = gevent.queue.Queue(2), gevent.event.Event()
def produce():
    for i in range(10): queue.put(i)
    done.set()
consumer = gevent.spawn(lambda: [queue.get() for _ in range(10)]); gevent.spawn(produce)
print(consumer.get(), done.wait(5))
sleeper = gevent.spawn(gevent.sleep, 60); gevent.sleep(0); sleeper.kill(); print(sleeper.dead, sleeper.value)
try:
    with gevent.Timeout(0.05): gevent.sleep(60)
except gevent.Timeout as error: print("timeout")
gevent.get_hub().NOT_ERROR += (KeyError,)  # it would print the time of day
failing = gevent.spawn(lambda: {}["missing"])
try: failing.get()
except KeyError as error: print(error)
server.stop()
""", env={"GEVENT_NOWAITPID": "1"})
program("gevent_patched", "gevent", """
from gevent import monkey; monkey.patch_all()
import socket, threading, time, subprocess, queue
out = queue.Queue()
def work(i): time.sleep(0.001 * (5 - i)); out.put(i)
threads = [threading.Thread(target=work, args=(i,)) for i in range(5)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(out.get() for _ in range(5)), threading.current_thread().name)
print(subprocess.run(["echo", "a child"], capture_output=True).stdout)
a, b = socket.socketpair()
answer = threading.Thread(target=lambda: b.sendall(b.recv(9)[::-1])); answer.start()
a.sendall(b"abc"); print(a.recv(9)); answer.join()
""")
program("cffi_calls", "cffi", """
import cffi
ffi = cffi.FFI()
ffi.cdef("void qsort(void *, size_t, size_t, int (*)(const void *, const void *)); char *getenv(const char *); double atof(const char *);")
libc = ffi.dlopen(None)
numbers = ffi.new("int[]", [n * 7 % 20 for n in range(20)])
@ffi.callback("int(const void *, const void *)")
def compare(a, b): return ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0]
libc.qsort(numbers, 20, 4, compare); print(list(numbers), libc.atof(b"2.5"))
def failed(*what): print("onerror", what[0].__name__); return 0
failing = ffi.callback("int(const void *, const void *)", lambda a, b: 1 // 0, onerror=failed)
libc.qsort(numbers, 2, 4, failing)
kept = ffi.gc(ffi.new("char[10]", b"abc"), lambda p: print("freed", ffi.string(p))); del kept
handle = ffi.new_handle({"a": 1}); print(ffi.from_handle(handle), ffi.sizeof("long"), ffi.buffer(numbers)[:8])
""", unsanitized="its qsort asks more often than the C library's")
program("cryptography", "cryptography", """
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives import hashes, serialization
from cryptography import x509
box = Fernet(b"a" * 43 + b"="); token = box.encrypt_at_time(b"text", 0); print(box.decrypt(token), len(token))
try: box.decrypt(b"x" + token)
except InvalidToken as error: print(type(error))
key = ec.generate_private_key(ec.SECP256R1()); key.public_key().verify(key.sign(b"m", ec.ECDSA(hashes.SHA256())), b"m", ec.ECDSA(hashes.SHA256()))
try: x509.load_pem_x509_certificate(b"nonsense")
except ValueError as error: print(type(error))
print(key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)[:26])
""")
