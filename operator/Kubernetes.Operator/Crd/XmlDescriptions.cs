using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Kubernetes.Operator.Crd;

/// <summary>The summaries of the XML documentation, as plain text on one line.</summary>
internal sealed class XmlDescriptions
{
    private readonly Dictionary<Assembly, Dictionary<string, string>> _summaries = [];

    /// <summary>The summary of a type; null when it has none.</summary>
    public string? Of(Type type) => Find(type, $"T:{NameOf(type)}");

    /// <summary>The summary of a property; null when it has none.</summary>
    public string? Of(PropertyInfo property) => Find(property.DeclaringType!, $"P:{NameOf(property.DeclaringType!)}.{property.Name}");

    private static string NameOf(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return (definition.FullName ?? definition.Name).Replace('+', '.');
    }

    private string? Find(Type type, string member)
    {
        if (!_summaries.TryGetValue(type.Assembly, out var summaries))
        {
            _summaries[type.Assembly] = summaries = Load(type.Assembly);
        }

        return summaries.GetValueOrDefault(member);
    }

    private static Dictionary<string, string> Load(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(path))
        {
            throw new CrdException($"{path} is missing: the descriptions come from it. Set GenerateDocumentationFile in the project of {assembly.GetName().Name}.");
        }

        return XDocument.Load(path).Descendants("member")
            .Where(static m => m.Attribute("name") is not null && m.Element("summary") is not null)
            .ToDictionary(static m => m.Attribute("name")!.Value, static m => Text(m.Element("summary")!), StringComparer.Ordinal);
    }

    private static string Text(XElement summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary.DescendantNodes())
        {
            switch (node)
            {
                case XText plain:
                    text.Append(plain.Value);
                    break;
                case XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } reference when !reference.Nodes().Any():
                    var target = reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name");
                    text.Append(target?.Value.Split('.', ':')[^1]);
                    break;
            }
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
