using System.Reflection;
using System.Xml.Linq;

namespace Todo.Contracts.Tests.Schemas;

/// <summary>The XML documentation of the contracts: the one source of the descriptions.</summary>
internal static class XmlDocs
{
    private static readonly Dictionary<string, XElement> Members =
        XDocument.Load(Path.ChangeExtension(typeof(EventTypes).Assembly.Location, ".xml")).Descendants("member").ToDictionary(x => x.Attribute("name")!.Value);

    /// <summary>Summary of a type.</summary>
    public static string Of(Type type) => Text(Members["T:" + type.FullName].Element("summary")!);

    /// <summary>Summary of a type of event.</summary>
    public static string OfEvent(string type) =>
        Text(Members["F:" + typeof(EventTypes).FullName + "." + typeof(EventTypes).GetFields().Single(x => (string?)x.GetRawConstantValue() == type).Name].Element("summary")!);

    /// <summary>Summary of a record's parameter.</summary>
    public static string Of(ParameterInfo parameter) =>
        Text(Members["T:" + parameter.Member.DeclaringType!.FullName].Elements("param").Single(x => x.Attribute("name")!.Value == parameter.Name));

    private static string Text(XElement element)
    {
        var words = string.Concat(element.DescendantNodes().Select(x => x switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } reference => reference.Attributes().Single().Value.Split('.', ':')[^1],
            _ => "",
        }));
        return string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
