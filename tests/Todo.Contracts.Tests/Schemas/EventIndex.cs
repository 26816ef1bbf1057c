using System.Text;

namespace Todo.Contracts.Tests.Schemas;

/// <summary>The index of the event reference.</summary>
internal static class EventIndex
{
    public static string Generate()
    {
        var text = new StringBuilder();
        text.Append("""
            # Events

            Written by `make manifests` from the records in `services/Todo.Contracts`; not to be edited.

            Every event is a CloudEvent 1.0 in structured JSON on every transport; each type links to the JSON Schema (draft 2020-12) of its `data`. `source` is the producer's app-id,
            `partitionkey` the key below, `keyversion` counts the events of one key from 1, and `time` is the database's clock. Times are RFC 3339; ids are numbers of the platform's database unless they are UUIDs.

            | type | topic | key | producer | consumers |
            |---|---|---|---|---|

            """);
        foreach (var contract in EventCatalog.All)
        {
            text.Append($"| [`{contract.Type}`]({FileOf(contract)}) | {TopicOf(contract)} | `{contract.Key}` | {Names(contract.Producers)} | {ConsumersOf(contract)} |\n");
        }

        text.Append("""

            An event without a producer belongs to an operation that the platform does not offer yet. Its topic, key and data are settled.
            A dead letter has the key of the event that was given up, or its id where there is no key.

            ## Which operation publishes what

            Adding a tag to a task, taking one off and changing its category are updates of the task: `io.todo.task.updated.v1` with `tagIds` or `categoryId` among its `changes`, so that all that happens
            to a task is in one order. Completing a task publishes `io.todo.task.completed.v1` alone; opening it again is an update. An operation that changes nothing publishes nothing.

            ## Versions

            A field may be added to a version, but none is removed, renamed or given another meaning: that is a new type with the next number. A consumer passes over fields that it does not know and reads events
            that were written before a field was added. Version N of a consumer takes N-1 as well (for version 1 that is the plain JSON of the system before this one, see the [runbook](../../runbook.md)), so
            consumers are always renewed before producers. A type that is newer than the consumer is never taken for nothing: the delivery is dead, with the reason, and is on the dead-letter topic.

            """);
        return text.ToString();
    }

    public static string FileOf(EventContract contract) => contract.Type + ".json";

    private static string TopicOf(EventContract contract) =>
        contract.Topic is { } topic ? $"`{topic}`" : contract.Type == EventTypes.DeadLetter ? "`task-events-dlq.<consumer>`" : "any of them";

    private static string ConsumersOf(EventContract contract) =>
        contract.Topic is { } topic ? Names(EventCatalog.ConsumersOf(topic)) : contract.Type == EventTypes.DeadLetter ? "the same, which takes it as done" : "the topic's, which do nothing";

    private static string Names(IReadOnlyList<string> apps) => apps.Count == 0 ? "-" : string.Join(", ", apps);
}
