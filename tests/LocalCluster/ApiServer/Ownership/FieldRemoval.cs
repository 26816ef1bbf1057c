using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.Ownership;

/// <summary>Takes fields out of an object that their manager no longer applies and nobody else owns.</summary>
internal static class FieldRemoval
{
    /// <summary>Changes <paramref name="value"/> in place.</summary>
    /// <param name="before">What the manager applied last time.</param>
    /// <param name="now">What it applies now.</param>
    /// <param name="others">What the other managers own.</param>
    public static void Remove(JsonNode? value, Schema schema, FieldSet before, FieldSet now, FieldSet others)
    {
        if (!Steps.IsDivided(value, schema))
        {
            return;
        }

        foreach (var (step, part, partSchema) in Steps.Of(value, schema).ToList())
        {
            var applied = before.Child(step);
            if (applied.IsEmpty)
            {
                continue;
            }

            var (still, foreign) = (now.Child(step), others.Child(step));
            if (still.IsEmpty && foreign.IsEmpty)
            {
                Detach(value!, step, part);
            }
            else
            {
                // What identifies an item stays as long as the item does.
                var inside = value is JsonArray ? applied.Without(schema.MapKeys.Select(Steps.Field)) : applied;
                Remove(part, partSchema, inside, still, foreign);
            }
        }
    }

    private static void Detach(JsonNode parent, string step, JsonNode? part)
    {
        if (parent is JsonObject fields)
        {
            fields.Remove(step[2..]);
        }
        else if (parent is JsonArray items)
        {
            items.Remove(part);
        }
    }
}
