# modules: csv.py
import csv, io
out = io.StringIO()
writer = csv.DictWriter(out, ["a", "b"], restval="-", extrasaction="ignore", quoting=csv.QUOTE_NONNUMERIC)
writer.writeheader()
writer.writerows([{"a": i, "b": "x,%d" % i, "c": 1} for i in range(10)] + [{"a": 1}])
print(out.getvalue(), list(csv.DictReader(io.StringIO("a,b\n1,2\n\n3\n4,5,6\n"))))
print(csv.Sniffer().sniff("a;b;c\n'1';2;3\n'4';5;6\n").delimiter, csv.Sniffer().has_header("a,b\n1,2\n3,4\n"))
