using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// DoRA starts from m = the norms of the base's rows (Liu et al. 2024, eq. 5) and training moves them little. ‖m‖ far from ‖W‖_F
/// means another base, or damage.
/// </summary>
internal static class MagnitudeRules
{
    /// <summary>‖m‖/‖W‖_F beyond which, either way, this is not the base that the magnitudes came from.</summary>
    private const double Far = 3;

    public static IEnumerable<Finding> Check(PeftAdapter adapter, Coverage coverage, BaseTensors? baseTensors, CancellationToken cancellationToken)
    {
        foreach (var delta in baseTensors is null ? [] : coverage.Deltas.OfType<DoraDelta>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ratio = NormOf(adapter, delta.Magnitude) / baseTensors!.NormOf(delta.Target.Name, cancellationToken);
            if (ratio is > Far or < 1 / Far)
                yield return new Finding("dora-magnitude", Severity.Warn, delta.Module, FormattableString.Invariant($"the magnitudes are {ratio:0.##} times the norms of the base's rows"), "Make sure that this is the base that the adapter was trained on.");
        }
    }

    /// <summary>‖m‖; NaN where a magnitude is not finite, which is a finding of its own.</summary>
    private static double NormOf(PeftAdapter adapter, TensorInfo magnitude)
    {
        try
        {
            return Math.Sqrt(FactorReader.ReadDoubles(adapter.Weights, magnitude).Sum(m => m * m));
        }
        catch (NonFiniteException)
        {
            return double.NaN;
        }
    }
}
