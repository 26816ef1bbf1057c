using NodaTime;
using Todo.Recurrence;

namespace Todo.Recurrence.Tests;

/// <summary>Laws over random rules, against the second <see cref="Definition"/> of the set.</summary>
public sealed class SeriesLaws
{
    private const int Rules = 3_000;
    private const int Years = 6;

    [Fact]
    public void The_occurrences_are_the_members_by_definition_and_Next_is_the_smallest_after_a_moment()
    {
        var random = new Random(5545);
        var (members, refused) = (0, 0);
        for (var n = 0; n < Rules; n++)
        {
            var question = RandomRules.Next(random);
            if (!RecurrenceRule.TryParse(question.Rule, out var rule, out _))
            {
                refused++;
                continue;
            }

            var lastDay = new LocalDate(question.Start.Year + Years, 12, 31);
            var horizon = lastDay.PlusDays(1).AtStartOfDayInZone(question.TimeZone).ToInstant();
            var series = new RecurrenceSeries(rule, question.Start, question.TimeZone);
            var expected = new Definition(rule, question.Start, question.TimeZone).Members(lastDay).ToList();

            Assert.True(expected.SequenceEqual(series.Occurrences().TakeWhile(x => x < horizon)), $"{question}");

            var moment = (horizon - Duration.FromHours(random.Next(Years * 365 * 24))).Plus(Duration.FromTicks(random.Next(2)));
            var next = series.Next(moment);
            Assert.True((expected.Cast<Instant?>().FirstOrDefault(x => x > moment) ?? next) == next && !(next < horizon && !expected.Contains(next.Value)), $"{question} after {moment}");
            members += expected.Count;
        }

        Assert.InRange(refused, 1, Rules / 2);
        Assert.InRange(members, Rules * 10, int.MaxValue);
    }

    [Fact]
    public void The_canonical_text_means_the_same()
    {
        var random = new Random(2445);
        for (var n = 0; n < Rules; n++)
        {
            var question = RandomRules.Next(random);
            if (RecurrenceRule.TryParse(question.Rule, out var rule, out _))
            {
                var again = RecurrenceRule.Parse(rule.ToString());
                Assert.Equal(rule, again);
                Assert.Equal(rule.ToString(), again.ToString());
                Assert.True(First(rule).SequenceEqual(First(again)), $"{question}");
            }

            IEnumerable<Instant> First(RecurrenceRule of) => new RecurrenceSeries(of, question.Start, question.TimeZone).Occurrences().Take(5);
        }
    }
}
