using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.State;

/// <summary><c>state.postgresql</c> v2 through the state API.</summary>
public sealed class StateTests : IClassFixture<StateTests.Fixture>
{
    private readonly Daprd _sidecar;
    private readonly string _key = Brokers.NewTopic("k");

    public StateTests(Fixture fixture) => _sidecar = fixture.Sidecar;

    [Fact]
    public async Task What_is_saved_is_read_back_with_an_etag()
    {
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync($$$"""[{"key":"{{{_key}}}","value":{"a":1}}]"""));
        var (status, body, etag) = await GetAsync(_key);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"a":1}""", body);
        Assert.True(Guid.TryParse(etag, out _));
    }

    [Fact]
    public async Task An_absent_key_answers_204() => Assert.Equal(HttpStatusCode.NoContent, (await GetAsync(_key)).Status);

    [Fact]
    public async Task A_wrong_etag_is_409_and_one_that_is_no_uuid_too()
    {
        await SaveAsync($$"""[{"key":"{{_key}}","value":1}]""");
        var (_, _, etag) = await GetAsync(_key);
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync($$"""[{"key":"{{_key}}","value":2,"etag":"{{etag}}"}]"""));
        Assert.Equal(HttpStatusCode.Conflict, await SaveAsync($$"""[{"key":"{{_key}}","value":3,"etag":"{{etag}}"}]"""));
        Assert.Equal(HttpStatusCode.Conflict, await SaveAsync($$"""[{"key":"{{_key}}","value":3,"etag":"nouuid"}]"""));
        Assert.Equal("2", (await GetAsync(_key)).Body);
    }

    [Fact]
    public async Task First_write_without_etag_on_an_existing_row_is_500_not_409()
    {
        var body = $$$"""[{"key":"{{{_key}}}","value":1,"options":{"concurrency":"first-write"}}]""";
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(body));
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _sidecar.Http.PostAsync($"{_sidecar.Api}/v1.0/state/store", content);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("ERR_STATE_SAVE", error["errorCode"]!.GetValue<string>());
        Assert.Contains("no item was updated", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_honours_if_match()
    {
        await SaveAsync($$"""[{"key":"{{_key}}","value":1}]""");
        Assert.Equal(HttpStatusCode.Conflict, await DeleteAsync(Guid.NewGuid().ToString()));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync((await GetAsync(_key)).ETag));
        Assert.Equal(HttpStatusCode.NoContent, (await GetAsync(_key)).Status);
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(null));
    }

    [Fact]
    public async Task A_value_with_a_time_to_live_ends()
    {
        await SaveAsync($$$"""[{"key":"{{{_key}}}","value":1,"metadata":{"ttlInSeconds":"1"}}]""");
        using (var response = await _sidecar.Http.GetAsync($"{_sidecar.Api}/v1.0/state/store/{_key}"))
        {
            Assert.True(response.Headers.Contains("metadata.ttlExpireTime"));
        }

        await Eventually.IsTrueAsync(async () => (await GetAsync(_key)).Status == HttpStatusCode.NoContent, "the value is gone");
    }

    [Fact]
    public async Task A_transaction_is_all_or_nothing_and_fails_with_500()
    {
        await SaveAsync($$"""[{"key":"{{_key}}","value":1}]""");
        Assert.Equal(HttpStatusCode.InternalServerError, await TransactAsync(
            $$$"""
            {"operations":[
              {"operation":"upsert","request":{"key":"{{{_key}}}b","value":2}},
              {"operation":"upsert","request":{"key":"{{{_key}}}","value":2,"etag":"{{{Guid.NewGuid()}}}"}}]}
            """));
        Assert.Equal(HttpStatusCode.NoContent, (await GetAsync(_key + "b")).Status);
        Assert.Equal(HttpStatusCode.NoContent, await TransactAsync(
            $$$"""
            {"operations":[
              {"operation":"upsert","request":{"key":"{{{_key}}}b","value":2}},
              {"operation":"delete","request":{"key":"{{{_key}}}"}}]}
            """));
        Assert.Equal("2", (await GetAsync(_key + "b")).Body);
        Assert.Equal(HttpStatusCode.NoContent, (await GetAsync(_key)).Status);
    }

    [Fact]
    public async Task The_stored_key_carries_the_app_id()
    {
        await SaveAsync($$"""[{"key":"{{_key}}","value":1}]""");
        await using var database = Npgsql.NpgsqlDataSource.Create(Brokers.PostgresForNpgsql);
        await using var command = database.CreateCommand("SELECT count(*) FROM t1_state WHERE key = $1");
        command.Parameters.AddWithValue($"{_sidecar.AppId}||{_key}");
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Bulk_get_lists_absent_keys_without_data()
    {
        await SaveAsync($$"""[{"key":"{{_key}}","value":"x"}]""");
        using var content = new StringContent($$"""{"keys":["{{_key}}","{{_key}}-absent"]}""", Encoding.UTF8, "application/json");
        using var response = await _sidecar.Http.PostAsync($"{_sidecar.Api}/v1.0/state/store/bulk", content);
        var items = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray();
        Assert.Equal("x", items[0]!["data"]!.GetValue<string>());
        Assert.Null(items[1]!["data"]);
    }

    [Fact]
    public async Task An_unknown_store_is_400()
    {
        using var response = await _sidecar.Http.GetAsync($"{_sidecar.Api}/v1.0/state/nosuch/k");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<HttpStatusCode> SaveAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _sidecar.Http.PostAsync($"{_sidecar.Api}/v1.0/state/store", content);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> TransactAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _sidecar.Http.PostAsync($"{_sidecar.Api}/v1.0/state/store/transaction", content);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> DeleteAsync(string? etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{_sidecar.Api}/v1.0/state/store/{_key}");
        if (etag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        }

        using var response = await _sidecar.Http.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<(HttpStatusCode Status, string Body, string? ETag)> GetAsync(string key)
    {
        using var response = await _sidecar.Http.GetAsync($"{_sidecar.Api}/v1.0/state/store/{key}");
        // Not the typed property: Dapr writes no quotes round it.
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.NonValidated.TryGetValues("ETag", out var etag) ? etag.ToString() : null);
    }

    /// <summary>One sidecar for all tests of the class.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal Daprd Sidecar { get; } = new(Brokers.NewTopic("state"));

        public async ValueTask InitializeAsync()
        {
            Sidecar.Put("store", Resource.Component(
                "store",
                "state.postgresql",
                "v2",
                [("connectionString", Brokers.Postgres), ("tablePrefix", "t1_"), ("metadataTableName", "t1_metadata")],
                Resource.Patient));
            await Sidecar.StartAsync();
        }

        public ValueTask DisposeAsync() => Sidecar.DisposeAsync();
    }
}
