using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Crd;
using Kubernetes.Operator.Crd.Attributes;
using Kubernetes.Operator.Manifests;
using Kubernetes.SampleOperator;
using YamlDotNet.Serialization;

namespace Kubernetes.Operator.Tests.Crd;

public sealed class CrdGeneratorTests
{
    [Fact]
    public void The_definition_is_the_one_that_was_reviewed()
    {
        var yaml = YamlWriter.Write([CrdGenerator.Generate(typeof(V1Gadget))]);
        var path = Path.Combine(AppContext.BaseDirectory, "Crd", "gadgets.yaml");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is { Length: > 0 } target)
        {
            File.WriteAllText(target, yaml);
        }

        Assert.Equal(File.ReadAllText(path), yaml);
    }

    [Fact]
    public void The_role_holds_what_the_attributes_ask_for()
    {
        var output = new StringWriter();
        Assert.True(ManifestCommand.TryRun(["rbac", "gadgets"], typeof(V1Gadget).Assembly, output));
        var role = Parse(output.ToString());
        Assert.Equal(
            ["", "events.k8s.io", "samples.todo.io", "samples.todo.io", "tests.todo.io", "tests.todo.io"],
            role["rules"]!.AsArray().Select(r => (string?)r!["apiGroups"]![0]));
        Assert.Equal(["get", "list", "patch", "watch"], role["rules"]![4]!["verbs"]!.AsArray().Select(v => (string?)v));
    }

    [Fact]
    public void Other_arguments_are_not_a_manifest_verb() =>
        Assert.False(ManifestCommand.TryRun(["--urls", "http://localhost"], typeof(V1Gadget).Assembly, TextWriter.Null));

    [Fact]
    public void A_default_that_the_schema_refuses_is_named()
    {
        var failure = Assert.Throws<CrdException>(() => CrdGenerator.Generate(typeof(V1Wrong)));
        Assert.Contains("WrongSpec.Colour", failure.Message);
    }

    [Fact]
    public void Keys_of_a_list_are_required_and_a_default_that_rules_look_at_is_written_out()
    {
        var spec = CrdGenerator.Generate(typeof(V1Ruled))["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!["properties"]!;
        Assert.Equal("""["name"]""", spec["parts"]!["items"]!["required"]!.ToJsonString());
        Assert.Equal("""{"most":5,"inner":{"least":1}}""", spec["bounds"]!["default"]!.ToJsonString());
        Assert.Equal("{}", spec["plain"]!["default"]!.ToJsonString());
    }

    [Theory]
    [InlineData("plain text")]
    [InlineData("yes")]
    [InlineData("1.5")]
    [InlineData("a: b")]
    [InlineData("# no comment")]
    [InlineData("- no item")]
    [InlineData(" spaces ")]
    [InlineData("quote \" and ' and \\ and \n line")]
    [InlineData("^[a-z]+$")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("ümläut ✓")]
    [InlineData("self.a == 'b' || size(self.c) > 0")]
    public void What_is_written_as_yaml_is_read_as_the_same(string text)
    {
        var document = new JsonObject { ["value"] = text, ["list"] = new JsonArray(text, new JsonObject { ["x y"] = text, ["z"] = new JsonArray() }) };
        Assert.True(JsonNode.DeepEquals(document, Parse(YamlWriter.Write([document]))));
    }

    private static JsonNode Parse(string yaml)
    {
        var tree = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(tree))!;
    }

    /// <summary>Wrong on purpose.</summary>
    [KubernetesEntity(Group = "tests.todo.io", ApiVersion = "v1", Kind = "Wrong")]
    private sealed record V1Wrong : CustomKubernetesEntity<WrongSpec>;

    /// <summary>Wrong on purpose.</summary>
    private sealed record WrongSpec
    {
        /// <summary>Has a default that is not allowed.</summary>
        [Default("Blue")]
        public GadgetColour Colour { get; init; }
    }

    /// <summary>Has rules, and a list with keys.</summary>
    [KubernetesEntity(Group = "tests.todo.io", ApiVersion = "v1", Kind = "Ruled")]
    private sealed record V1Ruled : CustomKubernetesEntity<RuledSpec>;

    /// <summary>Has rules, and a list with keys.</summary>
    private sealed record RuledSpec
    {
        /// <summary>Parts, by name.</summary>
        [ListMapKeys("name")]
        public IReadOnlyList<RuledPart>? Parts { get; init; }

        /// <summary>Bounds with a rule.</summary>
        [Default]
        public RuledBounds Bounds { get; init; } = new();

        /// <summary>Bounds without one.</summary>
        [Default]
        public RuledInner Plain { get; init; } = new();
    }

    /// <summary>A part.</summary>
    private sealed record RuledPart
    {
        /// <summary>Its name.</summary>
        public string? Name { get; init; }
    }

    /// <summary>Bounds.</summary>
    [ValidationRule("self.inner.least <= self.most", "least is above most.")]
    private sealed record RuledBounds
    {
        /// <summary>The most.</summary>
        [Default(5)]
        public int Most { get; init; } = 5;

        /// <summary>What is within.</summary>
        [Default]
        public RuledInner Inner { get; init; } = new();
    }

    /// <summary>Bounds within.</summary>
    private sealed record RuledInner
    {
        /// <summary>The least.</summary>
        [Default(1)]
        public int Least { get; init; } = 1;
    }
}
