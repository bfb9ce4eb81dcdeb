# modules: pickle.py plistlib.py xml base64.py quopri.py zipfile.py zipfile tarfile.py gzip.py
import sys
sys.modules["_elementtree"] = None
import base64, gzip, io, pickle, plistlib, quopri, tarfile, xml.etree.ElementTree as tree, xml.dom.minidom, zipfile
class Thing:
    def __init__(self): self.x, self.me = {1: [2.5, None, b"b" * 300, "é", {3}, frozenset([4]), -1 << 70]}, self
class Reduced:
    def __reduce__(self): return list, ((1, 2),)
for protocol in range(6):
    out = io.BytesIO(); pickle._Pickler(out, protocol).dump([Thing(), Reduced(), (True, ...), len, Thing])
    again = pickle._Unpickler(io.BytesIO(out.getvalue())).load()
    print(protocol, len(out.getvalue()), again[0].me is again[0], again[1:])
try: pickle._dumps(lambda: 1)
except Exception as error: print(type(error).__name__)
data = {"a": [1, 2.5, True, b"x", {"b": "<&>"}]}
for kind in (plistlib.FMT_XML, plistlib.FMT_BINARY):
    print(plistlib.loads(plistlib.dumps(data, fmt=kind)) == data)
root = tree.fromstring("<r xmlns:n='u'><a k='1'>t<b/>tail</a><n:a k='2'/><c><a/></c></r>")
print([e.tag for e in root.iter()], len(root.findall(".//a")), root.find("a[@k='1']/b").tail, root.findtext("a"), tree.tostring(root))
tree.indent(root); print(tree.tostring(root, encoding="unicode", short_empty_elements=False), [e for e, _ in tree.iterparse(io.StringIO("<a><b/></a>"), ["start", "end"])])
print(xml.dom.minidom.parseString("<a b='c'>d<!-- e --></a>").toprettyxml(), base64.b85encode(b"hello"), base64.a85decode(base64.a85encode(b"hello" * 9)))
print(base64.b32hexencode(b"a"), quopri.encodestring("é=\t".encode()), quopri.encode(io.BytesIO(b"x=y" * 40), io.BytesIO(), False))
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
    file.writestr(zipfile.ZipInfo("a/b.txt", (2000, 1, 1, 0, 0, 0)), "text" * 50); file.writestr(zipfile.ZipInfo("c", (2000, 1, 1, 0, 0, 0)), b"c")
with zipfile.ZipFile(archive) as file: print(file.namelist(), file.read("a/b.txt")[:4], file.testzip(), zipfile.Path(file, "a/").joinpath("b.txt").read_text()[:3])
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz", format=tarfile.PAX_FORMAT) as file:
    for name in ("short", "long" * 40):
        info = tarfile.TarInfo(name); info.size = 3; file.addfile(info, io.BytesIO(b"abc"))
archive.seek(0)
with tarfile.open(fileobj=archive) as file: print([(m.name[:5], m.size, file.extractfile(m).read()) for m in file])
print(gzip.decompress(gzip.compress(b"x" * 100, mtime=0))[:3])
del file, archive, info, out, again; import gc; gc.collect()  # what dies with the interpreter is not counted
