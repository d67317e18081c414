using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// How weights of one type lie in memory and how a double becomes one: once, to nearest, ties to even (IEEE 754 §4.3.1).
/// Bits are handled widened to 32; sixteen elements are one vector.
/// </summary>
internal interface IWeightFormat
{
    /// <summary>Bytes of one element.</summary>
    static abstract int Bytes { get; }

    /// <summary>The sign bit.</summary>
    static abstract uint Sign { get; }

    /// <summary>The bits of +∞: all exponent bits.</summary>
    static abstract uint Infinity { get; }

    /// <summary>Stored bits of the fraction.</summary>
    static abstract int FractionBits { get; }

    /// <summary>Reads sixteen elements.</summary>
    static abstract Vector512<uint> Load(ref readonly byte source);

    /// <summary>Writes sixteen elements.</summary>
    static abstract void Store(Vector512<uint> bits, ref byte target);

    /// <summary>Reads one element.</summary>
    static abstract uint LoadOne(ref readonly byte source);

    /// <summary>Writes one element.</summary>
    static abstract void StoreOne(uint bits, ref byte target);

    /// <summary>The values, exactly.</summary>
    static abstract Vector512<float> ToSingle(Vector512<uint> bits);

    /// <summary>The bits of values that are normal numbers of the type.</summary>
    static abstract Vector512<uint> OfNormal(Vector512<float> values);

    /// <summary>The value, exactly.</summary>
    static abstract double ToDouble(uint bits);

    /// <summary>Rounds sixteen doubles (elements 0–7 and 8–15).</summary>
    static abstract Vector512<uint> Round(Vector512<double> lower, Vector512<double> upper);

    /// <summary>Rounds one double.</summary>
    static abstract uint RoundOne(double value);
}
