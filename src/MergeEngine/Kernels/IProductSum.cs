using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>x · y + sum of eight doubles: fused or not is the implementation's to say.</summary>
internal interface IProductSum
{
    /// <summary>x · y + sum.</summary>
    static abstract Vector512<double> Add(Vector512<double> x, Vector512<double> y, Vector512<double> sum);
}
