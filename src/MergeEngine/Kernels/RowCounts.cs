using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>What is counted over a row beside the norms.</summary>
internal struct RowCounts
{
    private Vector512<uint> _steps;

    /// <summary>Weights whose value did not change although it should have.</summary>
    public int Unchanged;

    /// <summary>Weights that lie at ± the largest finite value.</summary>
    public int Saturated;

    /// <summary>Weights that became zero although v is not.</summary>
    public int Flushed;

    /// <summary>The furthest that a weight moved, in representable values.</summary>
    public readonly uint LargestStep
    {
        get
        {
            var eight = Vector256.Max(_steps.GetLower(), _steps.GetUpper());
            var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
            return Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
        }
    }

    /// <summary>Counts that were made elsewhere.</summary>
    public static RowCounts Of(int unchanged, int saturated, int flushed, uint largestStep) =>
        new() { Unchanged = unchanged, Saturated = saturated, Flushed = flushed, _steps = Vector512.CreateScalar(largestStep) };

    /// <summary>Counts one weight.</summary>
    /// <param name="rounded">w, rounded to the merged type.</param>
    /// <param name="result">W'.</param>
    /// <param name="w">w.</param>
    /// <param name="r">W' as a number.</param>
    /// <param name="v">v.</param>
    public void Add<TOut>(uint rounded, uint result, double w, double r, double v)
        where TOut : struct, IWeightFormat
    {
        Unchanged += r == w && v != w ? 1 : 0;
        Saturated += (result & (TOut.Sign - 1)) == TOut.Infinity - 1 ? 1 : 0;
        Flushed += r == 0 && v != 0 ? 1 : 0;
        var (x, y) = (Place<TOut>(rounded), Place<TOut>(result));
        _steps = Vector512.Max(_steps, Vector512.CreateScalar(x > y ? x - y : y - x));
    }

    /// <summary>Counts sixteen weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TOut>(
        Vector512<uint> rounded, Vector512<uint> result, (Vector512<double> Lower, Vector512<double> Upper) w,
        (Vector512<double> Lower, Vector512<double> Upper) r, (Vector512<double> Lower, Vector512<double> Upper) v)
        where TOut : struct, IWeightFormat
    {
        Unchanged += Count(Vector512.Equals(w.Lower, r.Lower) & ~Vector512.Equals(w.Lower, v.Lower))
            + Count(Vector512.Equals(w.Upper, r.Upper) & ~Vector512.Equals(w.Upper, v.Upper));
        var magnitude = result & Vector512.Create(TOut.Sign - 1);
        var extreme = Vector512.Equals(magnitude, Vector512.Create(TOut.Infinity - 1));
        if (extreme != Vector512<uint>.Zero)
            Saturated += BitOperations.PopCount(extreme.ExtractMostSignificantBits());
        if (Vector512.EqualsAny(magnitude, Vector512<uint>.Zero))
        {
            Flushed += Count(Vector512.Equals(r.Lower, Vector512<double>.Zero) & ~Vector512.Equals(v.Lower, Vector512<double>.Zero))
                + Count(Vector512.Equals(r.Upper, Vector512<double>.Zero) & ~Vector512.Equals(v.Upper, Vector512<double>.Zero));
        }
        _steps = Vector512.Max(_steps, Distance(Place<TOut>(rounded), Place<TOut>(result)));
    }

    /// <summary>Counts sixteen weights that keep their type and become neither zero nor the largest finite value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddNormal<T>(Vector512<uint> bits, Vector512<uint> result, (Vector512<double> Lower, Vector512<double> Upper) w, (Vector512<double> Lower, Vector512<double> Upper) v)
        where T : struct, IWeightFormat
    {
        var same = Vector512.Equals(bits, result).ExtractMostSignificantBits();
        var idle = Vector512.Equals(w.Lower, v.Lower).ExtractMostSignificantBits() | Vector512.Equals(w.Upper, v.Upper).ExtractMostSignificantBits() << 8;
        Unchanged += BitOperations.PopCount(same & ~idle);
        var turned = (bits ^ result) & Vector512.Create(T.Sign);
        var steps = turned == Vector512<uint>.Zero ? Vector512.Abs((bits - result).AsInt32()).AsUInt32() : Distance(Place<T>(bits), Place<T>(result));
        _steps = Vector512.Max(_steps, steps);
    }

    private static Vector512<uint> Distance(Vector512<uint> x, Vector512<uint> y) => Vector512.Max(x, y) - Vector512.Min(x, y);

    private static int Count(Vector512<double> mask) => BitOperations.PopCount(mask.ExtractMostSignificantBits());

    /// <summary>The place of a value in its type's order, where both zeros are one.</summary>
    private static uint Place<T>(uint bits)
        where T : struct, IWeightFormat => (bits & T.Sign) != 0 ? T.Sign - (bits ^ T.Sign) : T.Sign + bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Place<T>(Vector512<uint> bits)
        where T : struct, IWeightFormat
    {
        var sign = Vector512.Create(T.Sign);
        return Vector512.ConditionalSelect(Vector512.Equals(bits & sign, sign), sign - (bits ^ sign), sign + bits);
    }
}
