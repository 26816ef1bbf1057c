"""Answers lines `rule|start|zone|after` with the next occurrence in seconds since 1970 and the microseconds that it takes from the rule's text on."""
import sys
import time
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

for line in sys.stdin:
    rule, start, zone, after = line.rstrip("\n").split("|")
    start, after = (datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) for text in (start, after))
    rounds = []
    for _ in range(7):
        calls, began = 0, time.perf_counter()
        while calls == 0 or time.perf_counter() - began < 0.1:
            following = rrulestr(rule, dtstart=start).after(after)
            calls += 1
        rounds.append((time.perf_counter() - began) / calls * 1e6)
    print(int(following.timestamp()), median(rounds))
