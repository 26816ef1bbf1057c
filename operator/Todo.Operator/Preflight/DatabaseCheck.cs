using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.PostgreSql;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight;

/// <summary>
/// The database of the notification service's state store: the connection string is one that Dapr reads, the login works, nothing on the way shares sessions, and
/// Dapr can have its tables. (The services' own connection is proven by the ledger, which answers from it.)
/// </summary>
public sealed class DatabaseCheck(SecretReader secrets) : IPreflightCheck
{
    private const string BackendSql = "select pg_backend_pid()";

    /// <inheritdoc/>
    public string Name => "database";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted.ThroughDapr(ServiceId.Notification);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var store = context.Generation.Spec.StateStore;
        var reference = store.ConnectionString;
        try
        {
            var text = await secrets.ReadAsync(context.Generation.Namespace, reference, cancellationToken);
            var (address, problem) = PostgreSqlAddress.Parse(text!);
            return
            [
                address is null
                    ? CheckResult.Failed($"{Name}/connection-string", $"{reference.Name}.{reference.Key} {problem}. Dapr's state store reads postgres://user:password@host:5432/database.")
                    : await LookAsync(store, address, cancellationToken),
            ];
        }
        catch (MissingSecretException e)
        {
            return [CheckResult.Unknown(Name, e.Message)];
        }
        catch (WireFailure e)
        {
            return [CheckResult.Failed(Name, $"{e.Message} {Advice(reference, e.Stage)}")];
        }
    }

    private async Task<CheckResult> LookAsync(StateStoreSpec store, PostgreSqlAddress address, CancellationToken cancellationToken)
    {
        await using var first = await PostgreSqlConnection.OpenAsync(address, cancellationToken);
        await using var second = await PostgreSqlConnection.OpenAsync(address, cancellationToken);
        if (await SharesSessionsAsync(first, second, cancellationToken))
        {
            return CheckResult.Failed(
                Name,
                $"{address.Endpoint} is a connection pooler in transaction mode; prepared statements and session locks do not work through it. "
                + "Use the address of PostgreSQL itself, or a pooler in session mode (PgBouncer: pool_mode = session).");
        }

        // The prefix is a plain identifier: the schema lets nothing else through.
        var table = $"{store.TablePrefix}state";
        var found = await first.AskAsync(
            $"""
            select case when to_regclass('{table}') is null then (case when has_schema_privilege(current_schema(), 'CREATE') then 'absent' else 'forbidden' end)
              when exists (select 1 from pg_attribute where attrelid = to_regclass('{table}') and attname = 'expires_at') then 'present' else 'other' end
            """,
            cancellationToken);
        return found switch
        {
            "forbidden" => CheckResult.Failed(Name, $"User {address.User} may not make tables in database {address.Database}, and Dapr's do not exist yet: grant create on schema public to {address.User}."),
            "other" => CheckResult.Failed(Name, $"Table {table} exists, but is not that of state.postgresql v2 (v1 and v2 do not share tables): set spec.stateStore.tablePrefix."),
            _ => CheckResult.Passed(Name, found == "present" ? "Answers, and Dapr's tables are there." : "Answers, and Dapr can make its tables."),
        };
    }

    /// <summary>Two clients that are connected at the same time have a server process each, unless something in between lends one to both.</summary>
    private static async Task<bool> SharesSessionsAsync(PostgreSqlConnection first, PostgreSqlConnection second, CancellationToken cancellationToken)
    {
        var before = await first.AskAsync(BackendSql, cancellationToken);
        await second.AskAsync("begin", cancellationToken);
        var other = await second.AskAsync(BackendSql, cancellationToken);
        return other == before || await first.AskAsync(BackendSql, cancellationToken) != before;
    }

    private static string Advice(SecretReference reference, WireStage stage) => stage == WireStage.Connect
        ? "Is PostgreSQL running, and may the operator's pod reach it?"
        : $"Compare {reference.Name}.{reference.Key} with the server.";
}
