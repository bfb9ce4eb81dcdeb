# modules: json
import json.decoder, json.encoder, json.scanner
json.scanner.make_scanner = json.scanner.py_make_scanner
json.encoder.c_make_encoder = None
json.decoder.scanstring = json.decoder.py_scanstring
decoder = json.JSONDecoder()
decoder.parse_string = json.decoder.py_scanstring
decoder.scan_once = json.scanner.py_make_scanner(decoder)
text = json.dumps([{"key%d" % i: [i, i / 3, None, "\t\u2028", {"x": ()}]} for i in range(20)], indent=1)
print(len(text), decoder.decode(text) == json.loads(text))
