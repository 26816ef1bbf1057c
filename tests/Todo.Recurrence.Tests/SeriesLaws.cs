using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.TimeZones;
using Todo.Recurrence;

namespace Todo.Recurrence.Tests;

/// <summary>Laws over random rules, against a second definition of the set: every day is looked at and asked whether it belongs.</summary>
public sealed class SeriesLaws
{
    private const int Days = 800;

    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"];

    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(1_500);

    private static readonly Gen<Case> Cases =
        from frequency in Gen.Elements(Enum.GetValues<Frequency>())
        from interval in Gen.Frequency((3, Gen.Choose(1, 3)), (1, Gen.Choose(4, 15)))
        from count in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 20).Select(n => (int?)n))
        from untilDays in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(0, 300).Select(n => (int?)n))
        from byDay in Gen.SubListOf(Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).ToArray())
        from weekStart in Gen.Elements(IsoDayOfWeek.Monday, IsoDayOfWeek.Sunday, IsoDayOfWeek.Thursday)
        from startDay in Gen.Choose(0, 1_000)
        from minute in Gen.Choose(0, 24 * 60 - 1)
        from zone in Gen.Elements(Zones)
        from askAfterHours in Gen.Choose(-100, Days * 24)
        let start = new LocalDate(2010, 12, 1).PlusDays(startDay)
        let weekday = frequency is Frequency.Daily or Frequency.Weekly ? byDay.ToArray() : []
        let rule = new RecurrenceRule
        {
            Frequency = frequency,
            Interval = interval,
            Count = count,
            Until = count is null && untilDays is { } days ? new Until(start.PlusDays(days)) : null,
            ByDay = weekday,
            WeekStart = weekStart,
        }
        select new Case(rule, start, LocalTime.Midnight.PlusMinutes(minute), zone, askAfterHours);

    [Fact]
    public void Next_is_the_smallest_member_after_the_moment() =>
        Prop.ForAll(Cases.ToArbitrary(), c =>
        {
            var after = c.Start + Duration.FromHours(c.AskAfterHours);
            var horizon = c.Start + Duration.FromDays(Days);
            var next = c.Series.Next(after);
            var expected = c.Members().Where(m => m > after).Select(m => (Instant?)m).FirstOrDefault();
            return (expected == next || (expected is null && next > horizon)).Label($"expected {expected}, got {next}");
        }).Check(Settings);

    [Fact]
    public void Walking_by_Next_visits_the_whole_set_in_order() =>
        Prop.ForAll(Cases.ToArbitrary(), c =>
        {
            var walked = new List<Instant>();
            for (var at = c.Series.Next(Instant.MinValue); at is { } moment && walked.Count < 40; at = c.Series.Next(moment))
            {
                walked.Add(moment);
            }

            // A skipped day (Apia, 2011-12-30) maps two members to one instant.
            return walked.SequenceEqual(c.Series.Occurrences().Distinct().Take(40)).Label($"walked {walked.Count}");
        }).Check(Settings);

    [Fact]
    public void The_canonical_text_means_the_same() =>
        Prop.ForAll(Cases.ToArbitrary(), c => RecurrenceRule.Parse(c.Rule.ToString()).Equals(c.Rule with { ByDay = Ordered(c.Rule) })).Check(Settings);

    private static IsoDayOfWeek[] Ordered(RecurrenceRule rule) =>
        [.. rule.ByDay.OrderBy(day => ((int)day - (int)rule.WeekStart + 7) % 7)];

    public sealed record Case(RecurrenceRule Rule, LocalDate StartDate, LocalTime Time, string Zone, int AskAfterHours)
    {
        private DateTimeZone TimeZone => DateTimeZoneProviders.Tzdb[Zone];

        public RecurrenceSeries Series => new(Rule, Start, TimeZone);

        /// <summary>What the start really is on the clock: in a gap, the shifted time.</summary>
        public LocalDateTime StartLocal => Start.InZone(TimeZone).LocalDateTime;

        public Instant Start => ToInstant(StartDate + Time);

        /// <summary>The set by definition, up to some days after the start.</summary>
        public IEnumerable<Instant> Members()
        {
            var found = 0;
            for (var day = 0; day <= Days && found < (Rule.Count ?? int.MaxValue); day++)
            {
                var date = StartLocal.Date.PlusDays(day);
                if (!Matches(date))
                {
                    continue;
                }

                found++;
                if (Rule.Until is null || string.CompareOrdinal(date.ToString("uuuuMMdd", null), Rule.Until.ToString()) <= 0)
                {
                    yield return ToInstant(date + StartLocal.TimeOfDay);
                }
            }
        }

        private bool Matches(LocalDate date) => Rule.Frequency switch
        {
            Frequency.Daily => Period.DaysBetween(StartLocal.Date, date) % Rule.Interval == 0 && (Rule.ByDay.Count == 0 || Rule.ByDay.Contains(date.DayOfWeek)),
            Frequency.Weekly => Period.DaysBetween(WeekOf(StartLocal.Date), WeekOf(date)) / 7 % Rule.Interval == 0
                && (Rule.ByDay.Count == 0 ? date.DayOfWeek == StartLocal.DayOfWeek : Rule.ByDay.Contains(date.DayOfWeek)),
            Frequency.Monthly => date.Day == StartLocal.Day && (date.Year * 12 + date.Month - StartLocal.Year * 12 - StartLocal.Month) % Rule.Interval == 0,
            _ => date.Day == StartLocal.Day && date.Month == StartLocal.Month && (date.Year - StartLocal.Year) % Rule.Interval == 0,
        };

        private LocalDate WeekOf(LocalDate date) => date.With(DateAdjusters.PreviousOrSame(Rule.WeekStart));

        private Instant ToInstant(LocalDateTime local) =>
            TimeZone.ResolveLocal(local, Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted)).ToInstant();
    }
}
