using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>Fills in the defaults of a schema, at every depth that the object has.</summary>
internal static class Defaulter
{
    public static void Apply(JsonNode? value, Schema schema)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (name, field) in schema.Properties)
                {
                    if (field.Default is not null && fields[name] is null && !(field.Nullable && fields.ContainsKey(name)))
                    {
                        fields[name] = field.Default.DeepClone();
                    }
                }

                foreach (var (name, item) in fields)
                {
                    if (item is not null && schema.Field(name) is { } field)
                    {
                        Apply(item, field);
                    }
                }

                break;
            case JsonArray items when schema.Items is not null:
                foreach (var item in items)
                {
                    Apply(item, schema.Items);
                }

                break;
        }
    }
}
