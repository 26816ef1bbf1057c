using NodaTime;
using Todo.Recurrence;

namespace Todo.Recurrence.Tests.Comparison;

/// <summary>Random rules against python3-dateutil; where that is known to be at fault, against the <see cref="Definition"/>.</summary>
public sealed class DateutilTests(ITestOutputHelper output)
{
    private const int Limit = 10;

    public static TheoryData<int> Seeds { get; } = new(Enumerable.Range(2026, 12));

    [Fact]
    public Task A_sample_of_random_rules_has_the_dates_of_dateutil() => CompareAsync(seed: 1, rules: 1_000);

    [Theory(Explicit = true)]
    [MemberData(nameof(Seeds))]
    public Task Ten_thousand_random_rules_of_each_of_twelve_seeds_have_the_dates_of_dateutil(int seed) => CompareAsync(seed, rules: 10_000);

    private async Task CompareAsync(int seed, int rules)
    {
        var random = new Random(seed);
        var questions = Enumerable.Range(0, rules).Select(_ => RandomRules.Next(random)).ToList();
        var asked = questions.ConvertAll(question => (Asked(question), LastDay(question), Limit));
        var answers = await Dateutil.AnswersAsync(asked, TestContext.Current.CancellationToken);

        var (compared, refused, empty, excused) = (0, 0, 0, new Dictionary<string, int>());
        List<string> differences = [];
        foreach (var ((question, theirs), n) in questions.Zip(answers).Select((x, n) => (x, n)))
        {
            if (!RecurrenceRule.TryParse(question.Rule, out var rule, out var error))
            {
                // What can never match has no date there either, and nothing else of these is refused.
                refused++;
                if (theirs.Count > 0 || !error.Message.Contains("never match", StringComparison.Ordinal))
                {
                    differences.Add($"{question}: refused ({error}), theirs {theirs.Count}");
                }

                continue;
            }

            var ours = Ours(rule, question).ToList();
            if (!ours.SequenceEqual(theirs))
            {
                if (DateutilDialect.Fault(rule, question.Start) is { } fault
                    && ours.SequenceEqual(new Definition(rule, question.Start, question.TimeZone).Members(LastDay(question)).Take(Limit)))
                {
                    excused[fault] = excused.GetValueOrDefault(fault) + 1;
                    continue;
                }

                differences.Add($"{question}: first difference {ours.Except(theirs).Concat(theirs.Except(ours)).Order().First()}, ours {ours.Count}, theirs {theirs.Count}");
            }

            compared++;
            empty += theirs.Count == 0 ? 1 : 0;
        }

        output.WriteLine($"{rules} rules of seed {seed}: {compared} compared ({empty} without a date), {refused} refused and without a date there, "
            + $"excused {string.Join(", ", excused.Select(x => $"{x.Value} ({x.Key})"))}; {differences.Count} differ");
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(40)));
        Assert.InRange(compared, rules / 2, rules);
    }

    private static IEnumerable<Instant> Ours(RecurrenceRule rule, Question question)
    {
        var horizon = LastDay(question).PlusDays(1).AtStartOfDayInZone(question.TimeZone).ToInstant();
        return new RecurrenceSeries(rule, question.Start, question.TimeZone).Occurrences().TakeWhile(x => x < horizon).Take(Limit);
    }

    /// <summary>Refused rules are asked too.</summary>
    private static Question Asked(Question question) => question with { Rule = DateutilDialect.Translate(RuleParser.Read(question.Rule), question.Start) };

    /// <summary>As far as dateutil is to walk: it looks at each period on the way.</summary>
    private static LocalDate LastDay(Question question) => new(question.Start.Year + question.Rule[5] switch { 'D' => 3, 'W' => 5, 'M' => 8, _ => 14 }, 12, 31);
}
