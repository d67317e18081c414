namespace Loragate.MergeEngine.Combining;

/// <summary>
/// Single precision, as PEFT computes. An operation on floats in double, rounded to float, is the float operation: 53 bits are more than
/// 2·24 + 1, so the second rounding changes nothing (Figueroa 1995).
/// </summary>
internal readonly struct SingleArithmetic : IArithmetic
{
    public static double Round(double value) => (float)value;
}
