namespace Loragate.MergeEngine.Kernels;

/// <summary>The finite values of a type in ascending order as consecutive unsigned keys, −0 before +0.</summary>
internal static class OrderedKey<T>
    where T : struct, IWeightFormat
{
    /// <summary>The key of the most negative finite value.</summary>
    public static uint Lowest => Of(T.Sign | (T.Infinity - 1));

    /// <summary>The key of the largest finite value.</summary>
    public static uint Highest => Of(T.Infinity - 1);

    /// <summary>The key of a value's bits.</summary>
    public static uint Of(uint bits) => (bits & T.Sign) != 0 ? T.Sign - 1 - (bits ^ T.Sign) : bits | T.Sign;

    /// <summary>The bits of a key.</summary>
    public static uint Bits(uint key) => (key & T.Sign) != 0 ? key ^ T.Sign : (T.Sign - 1 - key) | T.Sign;
}
