using Todo.Recurrence.Phrases;

namespace Todo.Recurrence.Tests;

public sealed class PhraseTests
{
    [Theory]
    [InlineData("daily", "FREQ=DAILY")]
    [InlineData("every day", "FREQ=DAILY")]
    [InlineData("every 2 days", "FREQ=DAILY;INTERVAL=2")]
    [InlineData("every other day", "FREQ=DAILY;INTERVAL=2")]
    [InlineData("weekly", "FREQ=WEEKLY")]
    [InlineData("every week", "FREQ=WEEKLY")]
    [InlineData("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2")]
    [InlineData("biweekly", "FREQ=WEEKLY;INTERVAL=2")]
    [InlineData("fortnightly", "FREQ=WEEKLY;INTERVAL=2")]
    [InlineData("monthly", "FREQ=MONTHLY")]
    [InlineData("every month", "FREQ=MONTHLY")]
    [InlineData("every 3 months", "FREQ=MONTHLY;INTERVAL=3")]
    [InlineData("quarterly", "FREQ=MONTHLY;INTERVAL=3")]
    [InlineData("yearly", "FREQ=YEARLY")]
    [InlineData("annually", "FREQ=YEARLY")]
    [InlineData("every year", "FREQ=YEARLY")]
    [InlineData("every monday", "FREQ=WEEKLY;BYDAY=MO")]
    [InlineData("every tuesday", "FREQ=WEEKLY;BYDAY=TU")]
    [InlineData("every wednesday", "FREQ=WEEKLY;BYDAY=WE")]
    [InlineData("every thursday", "FREQ=WEEKLY;BYDAY=TH")]
    [InlineData("every friday", "FREQ=WEEKLY;BYDAY=FR")]
    [InlineData("every saturday", "FREQ=WEEKLY;BYDAY=SA")]
    [InlineData("every sunday", "FREQ=WEEKLY;BYDAY=SU")]
    [InlineData("mondays", "FREQ=WEEKLY;BYDAY=MO")]
    [InlineData("tuesdays", "FREQ=WEEKLY;BYDAY=TU")]
    [InlineData("wednesdays", "FREQ=WEEKLY;BYDAY=WE")]
    [InlineData("thursdays", "FREQ=WEEKLY;BYDAY=TH")]
    [InlineData("fridays", "FREQ=WEEKLY;BYDAY=FR")]
    [InlineData("saturdays", "FREQ=WEEKLY;BYDAY=SA")]
    [InlineData("sundays", "FREQ=WEEKLY;BYDAY=SU")]
    [InlineData("weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")]
    [InlineData("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")]
    [InlineData("weekends", "FREQ=WEEKLY;BYDAY=SA,SU")]
    [InlineData("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU")]
    [InlineData("monday and wednesday", "FREQ=WEEKLY;BYDAY=MO,WE")]
    [InlineData("tuesday and thursday", "FREQ=WEEKLY;BYDAY=TU,TH")]
    [InlineData("every thursday and tuesday", "FREQ=WEEKLY;BYDAY=TU,TH")]
    [InlineData("mon wed fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR")]
    [InlineData("Tue & Thurs", "FREQ=WEEKLY;BYDAY=TU,TH")]
    [InlineData("  Every  MONDAY, Wednesday and friday ", "FREQ=WEEKLY;BYDAY=MO,WE,FR")]
    [InlineData("every 2 weeks on friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR")]
    [InlineData("every week on tuesday and thursday", "FREQ=WEEKLY;BYDAY=TU,TH")]
    public void A_phrase_becomes_a_rule(string phrase, string rule)
    {
        Assert.True(RecurrenceText.TryParse(phrase, out var parsed, out var error), error?.Message);
        Assert.Equal(rule, parsed.ToString());
    }

    [Fact]
    public void A_rule_stays_a_rule()
    {
        Assert.True(RecurrenceText.TryParse("rrule:freq=weekly;byday=fr,mo", out var rule, out _));
        Assert.Equal("FREQ=WEEKLY;BYDAY=MO,FR", rule.ToString());
    }

    [Theory]
    [InlineData("sometimes")]
    [InlineData("every")]
    [InlineData("and monday")]
    [InlineData("monday and")]
    [InlineData("every blue monday")]
    [InlineData("every day on monday")]
    [InlineData("every days")]
    [InlineData("every 2 weeks on")]
    [InlineData("every -2 days")]
    [InlineData("2 days")]
    [InlineData("täglich")]
    public void Anything_else_is_answered_with_what_is_possible(string text)
    {
        Assert.False(RecurrenceText.TryParse(text, out _, out var error));
        Assert.Equal("RRULE", error.Part);
        Assert.Contains("every 2 weeks", error.Message, StringComparison.Ordinal);
        Assert.Contains("FREQ=WEEKLY;BYDAY=MO,WE", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("every 0 days", "INTERVAL")]
    [InlineData("every 100001 days", "INTERVAL")]
    [InlineData("FREQ=DAILY;INTERVAL=0", "INTERVAL")]
    [InlineData(" ", "RRULE")]
    public void A_phrase_is_no_way_round_the_checks_of_rules(string text, string part)
    {
        Assert.False(RecurrenceText.TryParse(text, out _, out var error));
        Assert.Equal(part, error.Part);
    }
}
