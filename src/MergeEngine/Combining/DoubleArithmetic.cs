namespace Loragate.MergeEngine.Combining;

/// <summary>Double precision.</summary>
internal readonly struct DoubleArithmetic : IArithmetic
{
    public static double Round(double value) => value;
}
