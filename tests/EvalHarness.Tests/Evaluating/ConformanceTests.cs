using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>What the comparison with a reference lets pass.</summary>
public sealed class ConformanceTests
{
    private static readonly ReferenceItem Reference = new(0, [-212.979], null);

    [Fact]
    public void A_sum_close_to_the_reference_needs_no_other_program() =>
        Conformance.Assert(Told(-212.980), [Reference], _ => throw new InvalidOperationException("asked"));

    [Theory]
    [InlineData(-212.983, 0.0057)]
    [InlineData(-212.9815, 0.0001)]
    public void A_sum_far_from_the_reference_passes_where_rounding_explains_it(double value, double spread) =>
        Conformance.Assert(Told(value), [Reference], _ => [new RoundedSum(-212.980, spread)]);

    [Theory]
    [InlineData(-212.983, 0.0001)]
    [InlineData(-212.986, 0.0057)]
    [InlineData(-212.970, 0.0057)]
    [InlineData(-212.983, 0.5)]
    public void A_sum_that_rounding_does_not_explain_fails(double value, double spread) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Conformance.Assert(Told(value), [Reference], _ => [new RoundedSum(-212.980, spread)]));

    [Fact]
    public void Without_another_program_the_tolerance_is_all() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Conformance.Assert(Told(-212.983), [Reference]));

    private static EvaluationReport Told(double value)
    {
        var digest = Digest.Of([]);
        return new EvaluationReport(new EngineInfo("e", "1", "p", "cpu"), new EvaluatedModel(digest, digest, digest), new EvaluatedTask("t", digest, digest, "multiple_choice", 1, null, []),
            [new EvaluatedItem(0, [value], [false], null, new Dictionary<string, double>(), null, null)], [], [], [], []);
    }
}
