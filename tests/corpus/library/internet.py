# modules: urllib email http mimetypes.py quopri.py base64.py
import urllib.parse, email, email.policy, email.message, email.utils, email.headerregistry, http, http.cookies, mimetypes
print(urllib.parse.urlsplit("https://u:p@h.x:80/a;b?c=d&e#f").port, urllib.parse.urljoin("http://a/b/c/d", "../e?f"), urllib.parse.quote("a b/é"))
print(urllib.parse.parse_qs("a=1&a=2&b=", True), urllib.parse.urlencode({"a": ["x", "y"], "b": "é"}, True), urllib.parse.urldefrag("a#b"))
print(urllib.parse.urlparse("//[::1]/x"), urllib.parse.unquote_plus("a+%C3%A9"))
message = email.message.EmailMessage(policy=email.policy.default)
message["Subject"] = "Grüße " * 12; message["To"] = "A B <a@b.c>, x@y.z"; message["Date"] = "Mon, 01 Jan 2024 10:00:00 +0100"
message.set_content("Text é\n" * 3); message.add_alternative("<p>hi</p>", subtype="html")
message.add_attachment(b"data", maintype="application", subtype="x", filename="f.bin")
for at, part in enumerate(part for part in message.walk() if part.is_multipart()): part.set_boundary(f"B{at}")
again = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
print(message.as_string(), again["subject"], again["to"].addresses, again["date"].datetime, [p.get_content_type() for p in again.walk()])
print(again.get_body().get_content())
old = email.message_from_string("From: =?utf-8?q?J=C3=B6rg?= <j@x>\nX: a\n b\nContent-Type: text/plain; charset=latin-1\n\nbody")
print(old["from"], old.get_param("charset"), old.items(), email.utils.parseaddr("N <a@b>"), email.utils.parsedate_tz("1 Jan 2024 10:00 -0500"))
cookie = http.cookies.SimpleCookie('a=1; b="x\\054y"; $Path=/'); cookie["a"]["max-age"] = 5
print(cookie.output(), http.HTTPStatus(404).phrase)
types = mimetypes.MimeTypes(); print(types.guess_type("a.tar.gz"), types.guess_extension("text/html"), types.guess_all_extensions("image/jpeg"))
