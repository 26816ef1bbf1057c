using Todo.Recurrence;

namespace Todo.Recurrence.Tests;

public sealed class RuleParserTests
{
    [Theory]
    [InlineData("FREQ=DAILY", "FREQ=DAILY")]
    [InlineData("  rrule:freq=daily;interval=1  ", "FREQ=DAILY")]
    [InlineData("FREQ=WEEKLY;BYDAY=FR,MO,FR", "FREQ=WEEKLY;BYDAY=MO,FR")]
    [InlineData("INTERVAL=2;BYDAY=MO,SU;WKST=SU;FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU")]
    [InlineData("FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3")]
    [InlineData("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231")]
    [InlineData("FREQ=DAILY;UNTIL=20261231T080000Z", "FREQ=DAILY;UNTIL=20261231T080000Z")]
    [InlineData("FREQ=DAILY;UNTIL=20261231T080000", "FREQ=DAILY;UNTIL=20261231T080000")]
    [InlineData("FREQ=MONTHLY;INTERVAL=3", "FREQ=MONTHLY;INTERVAL=3")]
    [InlineData("FREQ=YEARLY;COUNT=5", "FREQ=YEARLY;COUNT=5")]
    [InlineData("FREQ=MONTHLY;BYDAY=+2MO,-1FR,1MO", "FREQ=MONTHLY;BYDAY=1MO,2MO,-1FR")]
    [InlineData("FREQ=MONTHLY;BYSETPOS=-1;BYDAY=FR,MO", "FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-1")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=15,+1,-1,15", "FREQ=MONTHLY;BYMONTHDAY=-1,1,15")]
    [InlineData("FREQ=YEARLY;BYDAY=MO;BYWEEKNO=20,-1", "FREQ=YEARLY;BYWEEKNO=-1,20;BYDAY=MO")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=-366,366;BYMONTH=12,1", "FREQ=YEARLY;BYMONTH=1,12;BYYEARDAY=-366,366")]
    [InlineData("FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR;BYMONTH=10", "FREQ=DAILY;BYMONTH=10;BYMONTHDAY=13;BYDAY=FR")]
    public void A_valid_rule_has_one_canonical_form(string text, string canonical)
    {
        Assert.Equal(canonical, RecurrenceRule.Parse(text).ToString());
        Assert.Equal(RecurrenceRule.Parse(text), RecurrenceRule.Parse(canonical));
    }

    [Theory]
    [InlineData("", "RRULE", "1 to 500 characters")]
    [InlineData("daily", "RRULE", "'DAILY' is not NAME=VALUE")]
    [InlineData("FREQ=DAILY;", "RRULE", "'' is not NAME=VALUE")]
    [InlineData("FREQ=", "RRULE", "'FREQ=' is not NAME=VALUE")]
    [InlineData("INTERVAL=2", "FREQ", "DAILY, WEEKLY, MONTHLY, YEARLY")]
    [InlineData("FREQ=SOMETIMES", "FREQ", "DAILY, WEEKLY, MONTHLY, YEARLY")]
    [InlineData("FREQ=HOURLY", "FREQ", "HOURLY is not supported")]
    [InlineData("FREQ=DAILY;FREQ=DAILY", "FREQ", "given twice")]
    [InlineData("FREQ=WEEKLY;EVERY=2", "EVERY", "no such part")]
    [InlineData("FREQ=DAILY;INTERVAL=0", "INTERVAL", "from 1 to 100000")]
    [InlineData("FREQ=DAILY;INTERVAL=-1", "INTERVAL", "from 1 to 100000")]
    [InlineData("FREQ=DAILY;INTERVAL=99999999999", "INTERVAL", "from 1 to 100000")]
    [InlineData("FREQ=DAILY;COUNT=0", "COUNT", "from 1 to 100000")]
    [InlineData("FREQ=DAILY;COUNT=1.5", "COUNT", "from 1 to 100000")]
    [InlineData("FREQ=DAILY;UNTIL=tomorrow", "UNTIL", "20261231")]
    [InlineData("FREQ=DAILY;UNTIL=20261331", "UNTIL", "20261231")]
    [InlineData("FREQ=DAILY;COUNT=2;UNTIL=20261231", "UNTIL", "give one of them")]
    [InlineData("FREQ=DAILY;BYMONTH=13", "BYMONTH", "from 1 to 12. ")]
    [InlineData("FREQ=DAILY;BYMONTH=-1", "BYMONTH", "from 1 to 12. ")]
    [InlineData("FREQ=YEARLY;BYMONTH=1,", "BYMONTH", "'' is not")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=54", "BYWEEKNO", "from -1 to -53")]
    [InlineData("FREQ=MONTHLY;BYWEEKNO=5", "BYWEEKNO", "FREQ=YEARLY only")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=0", "BYYEARDAY", "from -1 to -366")]
    [InlineData("FREQ=MONTHLY;BYYEARDAY=5", "BYYEARDAY", "BYMONTHDAY")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-32", "BYMONTHDAY", "from -1 to -31")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-2147483648", "BYMONTHDAY", "from -1 to -31")]
    [InlineData("FREQ=WEEKLY;BYMONTHDAY=13", "BYMONTHDAY", "FREQ=DAILY with BYDAY and BYMONTHDAY")]
    [InlineData("FREQ=WEEKLY;BYDAY=XX", "BYDAY", "2MO or -1FR")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,", "BYDAY", "2MO or -1FR")]
    [InlineData("FREQ=MONTHLY;BYDAY=54MO", "BYDAY", "from 1 to 53")]
    [InlineData("FREQ=MONTHLY;BYDAY=0MO", "BYDAY", "from 1 to 53")]
    [InlineData("FREQ=WEEKLY;BYDAY=TU,2MO", "BYDAY", "give the weekday alone: MO")]
    [InlineData("FREQ=DAILY;BYDAY=-1FR", "BYDAY", "give the weekday alone: FR")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "BYDAY", "does not go with BYWEEKNO")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS", "from -1 to -366")]
    [InlineData("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS", "give one, for example BYDAY")]
    [InlineData("FREQ=WEEKLY;WKST=1", "WKST", "MO, TU, WE, TH, FR, SA, SU")]
    [InlineData("FREQ=DAILY;BYHOUR=8", "BYHOUR", "Leave it out")]
    [InlineData("FREQ=DAILY;BYMINUTE=30", "BYMINUTE", "Leave it out")]
    [InlineData("FREQ=DAILY;BYSECOND=30", "BYSECOND", "Leave it out")]
    public void A_refusal_names_the_part_and_says_what_to_change(string text, string part, string says)
    {
        var error = Refusal(text);
        Assert.Equal(part, error.Part);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "BYMONTHDAY", "BYMONTH")]
    [InlineData("FREQ=MONTHLY;BYMONTH=4,6,9,11;BYMONTHDAY=31", "BYMONTHDAY", "BYMONTH")]
    [InlineData("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=-30", "BYMONTHDAY", "BYMONTH")]
    [InlineData("FREQ=MONTHLY;BYDAY=6MO", "BYDAY", "")]
    [InlineData("FREQ=MONTHLY;BYMONTH=2;BYDAY=5MO;BYMONTHDAY=28", "BYDAY", "BYMONTHDAY, BYMONTH")]
    [InlineData("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=8", "BYDAY", "BYMONTHDAY")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1", "BYYEARDAY", "BYMONTH")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO", "BYWEEKNO", "BYMONTH, BYDAY")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=20;BYYEARDAY=1", "BYYEARDAY", "BYWEEKNO")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3", "BYSETPOS", "BYDAY")]
    [InlineData("FREQ=WEEKLY;BYMONTH=5;BYSETPOS=2", "BYSETPOS", "BYMONTH")]
    [InlineData("FREQ=DAILY;BYDAY=MO;BYSETPOS=2", "BYSETPOS", "BYDAY")]
    [InlineData("FREQ=YEARLY;BYMONTH=1,2;BYSETPOS=3", "BYSETPOS", "BYMONTH")]
    public void A_rule_that_no_date_matches_is_refused_with_the_parts_that_exclude_each_other(string text, string part, string others)
    {
        var error = Refusal(text);
        Assert.Equal(part, error.Part);
        Assert.Contains("never match", error.Message, StringComparison.Ordinal);
        Assert.Equal(others.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(), Limits.Where(name => error.Message.Contains(name + ",", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO")] // every 28 years, or 40
    [InlineData("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=1;BYMONTHDAY=3;BYDAY=SU")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=-366;BYDAY=FR")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=-53;BYYEARDAY=366")] // week 1 of a year with 53
    [InlineData("FREQ=YEARLY;BYDAY=53TH;BYYEARDAY=366")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYSETPOS=3;BYMONTH=2,3")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=1;BYMONTH=12")] // from a Monday, Tuesday or Wednesday on
    [InlineData("FREQ=YEARLY;BYWEEKNO=1,2;BYMONTH=12;BYSETPOS=1")]
    [InlineData("FREQ=DAILY;INTERVAL=7;BYDAY=MO")] // never from a Tuesday on, but from a Monday
    public void A_rule_that_some_date_matches_is_not(string text) => Assert.NotNull(RecurrenceRule.Parse(text));

    private static readonly string[] Limits = ["BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYSETPOS"];

    private static RecurrenceError Refusal(string text)
    {
        Assert.False(RecurrenceRule.TryParse(text, out var rule, out var error));
        Assert.Null(rule);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        var thrown = Assert.Throws<RecurrenceFormatException>(() => RecurrenceRule.Parse(text));
        Assert.Equal($"{error.Part}: {error.Message}", thrown.Message);
        return error;
    }
}
