using Todo.Operator.Hosting;

namespace Todo.Operator.Tests.Hosting;

public sealed class SettingsTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData("3", 3)]
    public void How_many_platforms_may_move_at_a_time(string? text, int expected) => Assert.Equal(expected, Read(text).MaxMoving);

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public void A_number_that_is_none_is_refused_by_name(string text) =>
        Assert.Equal($"MAX_MOVING is \"{text}\"; it has to be a number from 1.", Assert.Throws<SettingsException>(() => Read(text)).Message);

    [Fact]
    public void No_traces_without_an_endpoint_whatever_else_is_said() =>
        Assert.Null(Traces(("OTEL_SERVICE_NAME", "mine"), ("OTEL_TRACES_SAMPLER", "sometimes")));

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    public void Traces_can_be_switched_off(string name, string value) => Assert.Null(Traces(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), (name, value)));

    [Fact]
    public void Traces_go_where_the_variables_say()
    {
        var grpc = Traces(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("POD_NAME", "op-1"), ("POD_NAMESPACE", "system"))!;
        Assert.Equal(("http://collector:4317/", true, "parentbased_always_on"), (grpc.Endpoint.AbsoluteUri, grpc.Grpc, grpc.Sampler));
        Assert.Equal(
            ["k8s.namespace.name=system", "k8s.pod.name=op-1", "service.instance.id=op-1", "service.name=todo-operator"],
            grpc.Resource.Select(a => $"{a.Key}={a.Value}"));

        var http = Traces(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318/base/"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", "mine"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other, team=to%20do"), ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.25"))!;
        Assert.Equal(("https://collector:4318/base/v1/traces", false, "parentbased_traceidratio", 0.25), (http.Endpoint.AbsoluteUri, http.Grpc, http.Sampler, http.Ratio));
        Assert.Equal(["service.name=mine", "team=to do"], http.Resource.Select(a => $"{a.Key}={a.Value}"));

        var own = Traces(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:9/mine"), ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"))!;
        Assert.Equal(("http://traces:9/mine", false), (own.Endpoint.AbsoluteUri, own.Grpc));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "an http or https URL")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces", "an http or https URL")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "one of grpc, http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "tcp", "one of grpc, http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "a number from 1")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY", "0", "a number from 1")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "-1", "a number from 1")]
    [InlineData("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "all", "a number from 1")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "team", "key=value pairs with commas between them")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes", "one of always_off, always_on, parentbased_always_off, parentbased_always_on, parentbased_traceidratio, traceidratio")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "25%", "a number from 0 to 1")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin", "one of otlp, none")]
    [InlineData("OTEL_SDK_DISABLED", "yes", "true or false")]
    public void A_variable_of_traces_that_makes_no_sense_is_refused_by_name(string name, string value, string wanted) => Assert.Equal(
        $"{name} is \"{value}\"; it has to be {wanted}.",
        Assert.Throws<SettingsException>(() => Traces(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), (name, value))).Message);

    private static Operator.Telemetry.TracingSettings? Traces(params (string Name, string Value)[] variables) =>
        OperatorSettings.Read(name => variables.LastOrDefault(v => v.Name == name).Value).Tracing;

    private static OperatorSettings Read(string? maxMoving) => OperatorSettings.Read(name => name == "MAX_MOVING" ? maxMoving : null);
}
