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
    public void A_valid_rule_has_one_canonical_form(string text, string canonical)
    {
        Assert.Equal(canonical, RecurrenceRule.Parse(text).ToString());
        Assert.Equal(RecurrenceRule.Parse(text), RecurrenceRule.Parse(canonical));
    }

    [Theory]
    [InlineData("", "RRULE")]
    [InlineData("daily", "RRULE")]
    [InlineData("FREQ=DAILY;", "RRULE")]
    [InlineData("FREQ=", "RRULE")]
    [InlineData("INTERVAL=2", "FREQ")]
    [InlineData("FREQ=SOMETIMES", "FREQ")]
    [InlineData("FREQ=HOURLY", "FREQ")]
    [InlineData("FREQ=DAILY;FREQ=DAILY", "FREQ")]
    [InlineData("FREQ=DAILY;INTERVAL=0", "INTERVAL")]
    [InlineData("FREQ=DAILY;INTERVAL=-1", "INTERVAL")]
    [InlineData("FREQ=DAILY;INTERVAL=99999999999", "INTERVAL")]
    [InlineData("FREQ=DAILY;COUNT=0", "COUNT")]
    [InlineData("FREQ=DAILY;COUNT=1.5", "COUNT")]
    [InlineData("FREQ=DAILY;UNTIL=tomorrow", "UNTIL")]
    [InlineData("FREQ=DAILY;UNTIL=20261331", "UNTIL")]
    [InlineData("FREQ=DAILY;COUNT=2;UNTIL=20261231", "UNTIL")]
    [InlineData("FREQ=WEEKLY;BYDAY=XX", "BYDAY")]
    [InlineData("FREQ=WEEKLY;BYDAY=2MO", "BYDAY")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,", "BYDAY")]
    [InlineData("FREQ=WEEKLY;WKST=1", "WKST")]
    [InlineData("FREQ=WEEKLY;EVERY=2", "EVERY")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO", "BYDAY")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=15", "BYMONTHDAY")]
    [InlineData("FREQ=DAILY;BYHOUR=8", "BYHOUR")]
    public void A_refusal_names_the_part(string text, string part)
    {
        Assert.False(RecurrenceRule.TryParse(text, out var rule, out var error));
        Assert.Null(rule);
        Assert.Equal(part, error.Part);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        var thrown = Assert.Throws<RecurrenceFormatException>(() => RecurrenceRule.Parse(text));
        Assert.StartsWith(part + ": ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_supported_says_what_is()
    {
        Assert.False(RecurrenceRule.TryParse("FREQ=DAILY;BYMONTH=3", out _, out var error));
        Assert.Equal("not supported with FREQ=DAILY, which takes INTERVAL, COUNT, UNTIL, BYDAY, WKST.", error.Message);
    }
}
