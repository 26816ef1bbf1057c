using Todo.Backend.Labels;
using Todo.Backend.Rules;

namespace Todo.Backend.Mcp.Calls;

/// <summary>Creates categories and tags. A name that is taken is answered with the one that has it: most who create it twice want that one.</summary>
internal static class NewLabels
{
    public static async Task<Label> CreateAsync(ToolSession session, LabelCommands commands, LabelQueries queries, LabelInput input, CancellationToken cancellationToken)
    {
        try
        {
            return await session.ChangeAsync(transaction => commands.CreateAsync(transaction, session.UserId, input, cancellationToken), cancellationToken);
        }
        catch (RefusedException e) when (e.Refusal.Kind == RefusalKind.NameTaken)
        {
            var labels = await queries.ListAsync(session.UserId, cancellationToken);
            if (labels.FirstOrDefault(label => label.Name == input.Name.Value) is not { } taken)
            {
                // Renamed or deleted in between.
                throw;
            }

            var message = $"{e.Refusal.Message} It is number {taken.Id}.";
            throw new ToolException(new ToolError(ErrorCodes.NameTaken, $"name: {message}", new ErrorDetails
            {
                Arguments = new Dictionary<string, string> { ["name"] = message },
                Existing = new Existing(taken.Id, taken.Name, taken.Color),
            }));
        }
    }
}
