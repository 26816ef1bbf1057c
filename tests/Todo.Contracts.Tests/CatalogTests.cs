using System.Reflection;
using Todo.Contracts.Payloads;

namespace Todo.Contracts.Tests;

public sealed class CatalogTests
{
    public static TheoryData<string> Types() => [.. typeof(EventTypes).GetFields().Select(x => (string)x.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_is_named_by_the_rule_and_has_one_entry_with_data_that_can_be_written(string type)
    {
        Assert.Matches(@"^io\.todo\.[a-z]+\.[a-z]+\.v[1-9][0-9]*$", type);
        var entry = Assert.Single(EventCatalog.All, x => x.Type == type);
        Assert.NotNull(PayloadJson.Default.GetTypeInfo(entry.Data));
    }

    [Fact]
    public void The_catalog_has_no_entry_without_a_type() => Assert.Equal(Types().Select(x => x.Data).Order(), EventCatalog.All.Select(x => x.Type).Order());

    [Fact]
    public void Every_topic_of_the_catalog_exists_and_has_a_consumer()
    {
        var topics = typeof(Topics).GetFields(BindingFlags.Public | BindingFlags.Static).Select(x => (string)x.GetRawConstantValue()!).ToList();

        Assert.Equal(topics.Order(), EventCatalog.All.Select(x => x.Topic).OfType<string>().Distinct().Order());
        Assert.All(topics, x => Assert.NotEmpty(EventCatalog.ConsumersOf(x)));
    }

    [Fact]
    public void A_task_a_category_and_a_tag_of_one_number_have_different_keys()
    {
        var keys = EventCatalog.All.Where(x => x.Topic == Topics.TaskEvents).Select(x => x.Key.Replace(x.Key[x.Key.IndexOf('{', StringComparison.Ordinal)..], "7", StringComparison.Ordinal));

        Assert.Equal(["7", "category-7", "tag-7"], keys.Distinct());
    }
}
