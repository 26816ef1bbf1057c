using System.Text.Json.Serialization;
using Todo.Backend.Labels;
using Todo.Backend.Reminders;
using Todo.Backend.Tasks;
using Todo.Contracts.Payloads;

namespace Todo.Backend.Mcp.Calls;

/// <summary>What changes result in, as it is remembered for a call that is repeated.</summary>
[JsonSerializable(typeof(TaskSnapshot))]
[JsonSerializable(typeof(TagChange))]
[JsonSerializable(typeof(Label))]
[JsonSerializable(typeof(TaskReminder))]
internal sealed partial class ChangeMemory : JsonSerializerContext;
