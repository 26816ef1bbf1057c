using Todo.Backend;
using Todo.Messaging.Hosting;

namespace Todo.Services.Tests.Units;

public sealed class BackendOptionsTests
{
    private static readonly Dictionary<string, string> Least = new() { ["BETTER_AUTH_SECRET"] = new('s', 32) };

    [Fact]
    public void Only_the_secret_is_required()
    {
        var options = Read(Least);
        Assert.Equal((null, null, null, 200, 2_000), (options.Jwks, options.Issuer, options.Audience, options.RequestsPerSecond, options.Burst));
        Assert.Empty(options.Origins);
        Assert.Equal(["https://a.example", "http://b:3000"], Read(With("CORS_ORIGINS", "https://a.example, http://b:3000,")).Origins);
        Assert.Equal("https://a.example/keys", Read(With("JWKS_URL", "https://a.example/keys")).Jwks?.ToString());
    }

    [Theory]
    [InlineData("todo")]
    [InlineData("https://a.example/")]
    [InlineData("urn:todo:api")]
    [InlineData("todo app")]
    public void Issuer_and_audience_are_text_or_a_URI(string value)
    {
        Assert.Equal(value, Read(With("JWT_ISSUER", value)).Issuer);
        Assert.Equal(value, Read(With("JWT_AUDIENCE", value)).Audience);
    }

    [Theory]
    [InlineData("BETTER_AUTH_SECRET", "")]
    [InlineData("BETTER_AUTH_SECRET", "short")]
    [InlineData("JWKS_URL", "keys.json")]
    [InlineData("JWKS_URL", "ftp://a.example/keys")]
    [InlineData("JWT_ISSUER", "https://")]
    [InlineData("JWT_ISSUER", "https://a.example\n")]
    [InlineData("JWT_ISSUER", " a.example")]
    [InlineData("JWT_AUDIENCE", "1:todo")]
    [InlineData("JWT_AUDIENCE", "a\tb")]
    [InlineData("RATE_LIMIT", "-1")]
    [InlineData("RATE_LIMIT", "10/s")]
    [InlineData("RATE_LIMIT_BURST", "0")]
    [InlineData("CORS_ORIGINS", "*")]
    [InlineData("CORS_ORIGINS", "a.example")]
    [InlineData("CORS_ORIGINS", "https://a.example/")]
    [InlineData("CORS_ORIGINS", "https://a.example,https://b.example/page")]
    public void A_wrong_value_is_refused_by_the_variables_name(string name, string value)
    {
        var error = Assert.Throws<InvalidSettingException>(() => Read(With(name, value)));
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> With(string name, string value) => new(Least) { [name] = value };

    private static BackendOptions Read(Dictionary<string, string> settings) => BackendOptions.Read(new SettingsReader(name => settings.GetValueOrDefault(name)));
}
