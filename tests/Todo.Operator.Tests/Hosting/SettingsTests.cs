using Todo.Operator.Hosting;

namespace Todo.Operator.Tests.Hosting;

public sealed class SettingsTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData("3", 3)]
    public void How_many_platforms_may_move_at_a_time(string? text, int expected) => Assert.Equal(expected, Read(text).MaxMoving);

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public void A_number_that_is_none_is_refused_by_name(string text) =>
        Assert.Equal($"MAX_MOVING is \"{text}\"; it has to be a number from 1.", Assert.Throws<SettingsException>(() => Read(text)).Message);

    private static OperatorSettings Read(string? maxMoving) => OperatorSettings.Read(name => name == "MAX_MOVING" ? maxMoving : null);
}
