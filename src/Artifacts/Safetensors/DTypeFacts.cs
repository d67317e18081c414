namespace Loragate.Artifacts.Safetensors;

/// <summary>What is known of a <see cref="DType"/>.</summary>
public static class DTypeFacts
{
    extension(DType dtype)
    {
        /// <summary>Bits of one element.</summary>
        public int Bits => dtype switch
        {
            DType.F4 => 4,
            DType.F6_E2M3 or DType.F6_E3M2 => 6,
            DType.BOOL or DType.U8 or DType.I8 or DType.F8_E5M2 or DType.F8_E4M3 or DType.F8_E8M0 or DType.F8_E4M3FNUZ or DType.F8_E5M2FNUZ => 8,
            DType.I16 or DType.U16 or DType.F16 or DType.BF16 => 16,
            DType.I32 or DType.U32 or DType.F32 => 32,
            DType.C64 or DType.F64 or DType.I64 or DType.U64 => 64,
            _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "No such element type."),
        };

        /// <summary>Whether weights of this type can be merged: F32, BF16 and F16.</summary>
        public bool IsMergeable => dtype is DType.F32 or DType.BF16 or DType.F16;
    }
}
