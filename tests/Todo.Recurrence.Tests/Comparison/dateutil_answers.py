"""Answers lines `rule|start|zone|until|horizon|limit` with a rule's first occurrences as python3-dateutil has them, in seconds since 1970."""
import datetime as calendar
import sys
import warnings
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

warnings.simplefilter("ignore")  # COUNT beside UNTIL is deprecated: the horizon is an UNTIL.


def moment(text, zone):
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    return datetime.strptime(text if "T" in text else text + "T235959", "%Y%m%dT%H%M%S").replace(tzinfo=zone)


def answer(line):
    rule, start, zone, until, horizon, limit = line.rstrip("\n").split("|")
    zone = ZoneInfo(zone)
    end = moment(horizon, zone)
    if until:
        end = min(end, moment(until, zone))
    calendar.MAXYEAR = moment(horizon, zone).year  # Without a date beyond UNTIL it would look on to the year 9999.
    dates = iter(rrulestr(rule, dtstart=moment(start, zone)).replace(until=end))
    seconds = []
    while len(seconds) < int(limit) and (date := next(dates, None)):
        # A skipped hour is taken with the offset before it (PEP 495, as the RFC); two dates can be one moment where a day is skipped.
        second = int(date.timestamp())
        if not seconds or seconds[-1] != second:
            seconds.append(second)
    return " ".join(map(str, seconds))


for line in sys.stdin:
    try:
        print(answer(line))
    except Exception as error:  # the answer says what happened
        print("error:", type(error).__name__, error)
