namespace Todo.Recurrence;

/// <summary>FREQ of RFC 5545, section 3.3.10. Sub-daily frequencies make no sense for a to-do list and are refused.</summary>
public enum Frequency
{
    Daily,
    Weekly,
    Monthly,
    Yearly,
}
