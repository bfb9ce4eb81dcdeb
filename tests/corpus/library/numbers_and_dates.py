# modules: _pydecimal.py datetime.py _pydatetime.py calendar.py _strptime.py ipaddress.py statistics.py colorsys.py fractions.py
import sys
sys.modules["_datetime"] = None
import _pydecimal as decimal, datetime, calendar, ipaddress, statistics, colorsys
D = decimal.Decimal
with decimal.localcontext() as context:
    context.prec = 20
    print(D(2).sqrt(), D("1.1") ** D("2.5"), D(10).ln(), D(3).exp(), D("123.456").quantize(D(".01")), D(7) // 2, D(-7) % 3, round(D("2.5")))
    print(D("1E+5").to_eng_string(), D("nan") == 1, D(1) / 3, D("1.20").normalize(), max(D(1), D("1.0")), f"{D('12345.678'):,.1f}", hash(D("0.5")))
    for bad in (lambda: D(1) / 0, lambda: D("x"), lambda: D("sNaN") + 1, lambda: D(0) ** 0):
        try: bad()
        except decimal.DecimalException as error: print(type(error).__name__)
utc = datetime.timezone.utc
when = datetime.datetime(2024, 2, 29, 12, 30, 15, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
print(when.astimezone(utc), when.isoformat(), when - datetime.timedelta(weeks=1, days=1), when.strftime("%Y %j %U %z %%"), when.isocalendar())
print(datetime.datetime.fromisoformat("2011-11-04T00:05:23+04:00"), datetime.date.fromordinal(7000), datetime.datetime.strptime("3 Mar 2020", "%d %b %Y"))
print(datetime.timedelta(days=1.5) * 2 // 7, datetime.timedelta(-1), abs(datetime.timedelta(-1)), when.replace(year=2028).weekday(), datetime.date(2024, 1, 31).ctime())
print(calendar.TextCalendar(6).formatmonth(2024, 2), calendar.monthrange(2023, 2), len(calendar.HTMLCalendar().formatmonth(2024, 5)), calendar.leapdays(1900, 2000))
network = ipaddress.ip_network("10.0.0.0/28"); six = ipaddress.ip_address("2001:db8::1:0:0:1")
print(network.num_addresses, list(network.subnets(new_prefix=30))[1], network.overlaps(ipaddress.ip_network("10.0.0.8/29")), six.compressed, six.exploded)
print(list(ipaddress.summarize_address_range(ipaddress.ip_address("1.0.0.1"), ipaddress.ip_address("1.0.0.9"))), six.is_private, list(network.hosts())[-1])
print(list(ipaddress.collapse_addresses([network, ipaddress.ip_network("10.0.0.16/28")])))
for bad in ("1.2.3", "1::2::3", "256.1.1.1"):
    try: ipaddress.ip_address(bad)
    except ValueError as error: print(error)
print(colorsys.rgb_to_hsv(.2, .4, .4), colorsys.hls_to_rgb(.5, .3, .2), statistics.linear_regression([1, 2, 3], [2, 4, 7]), statistics.NormalDist(1, 2).cdf(2))
