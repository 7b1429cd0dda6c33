namespace Atrium.Inference.Vision.Reading;

/// <summary>
/// How a line of text departs from a rectangle, as pages do that are bent, or seen from the side. Places along the line go from -0.5 to 0.5.
/// </summary>
/// <param name="Tilt">How much lower its end is than its beginning, in pixels.</param>
/// <param name="Bow">In pixels times the square of the place.</param>
/// <param name="Taper">How much thicker its end is than its beginning, as a part of the thickness in the middle.</param>
internal readonly record struct LineBend(float Tilt, float Bow, float Taper)
{
    /// <summary>A line of fewer pieces as long as thick shows no bend.</summary>
    private const int FewestPieces = 6;
    private const int MostPieces = 32;
    private const float MaxTaper = 0.8f;

    public LineBend UpsideDown => new(Tilt, -Bow, -Taper);

    /// <summary>How far below the rectangle's middle the line's is, in pixels.</summary>
    public float Middle(float place) => (Tilt * place) + (Bow * place * place);

    /// <summary>How thick it is, as a part of the thickness in the middle.</summary>
    public float Width(float place) => 1 + (Taper * place);

    /// <summary>The line through an outline, by least squares: its middle is a parabola, its thickness a straight line.</summary>
    /// <param name="outline">Points along (from -0.5 to 0.5) and down (in pixels from the rectangle's middle).</param>
    /// <param name="pieces">How many times as long as thick the rectangle is.</param>
    /// <returns>How much lower the line is in its middle, its thickness there, and the bend; null where there is too little to tell.</returns>
    public static (float Offset, float Thickness, LineBend Bend)? Fit(IEnumerable<(float Along, float Down)> outline, float pieces)
    {
        var count = (int)Math.Min(MostPieces, pieces);
        if (count < FewestPieces)
        {
            return null;
        }

        var edges = new (float Top, float Bottom)[count];
        Array.Fill(edges, (float.MaxValue, float.MinValue));
        foreach (var (along, down) in outline)
        {
            var piece = Math.Clamp((int)((along + 0.5f) * count), 0, count - 1);
            edges[piece] = (Math.Min(edges[piece].Top, down), Math.Max(edges[piece].Bottom, down));
        }

        // The ends are round.
        var known = Enumerable.Range(1, count - 2).Where(piece => edges[piece].Bottom > edges[piece].Top)
            .Select(piece => (Place: ((piece + 0.5) / count) - 0.5, Middle: (edges[piece].Top + edges[piece].Bottom) / 2.0, Thickness: (double)edges[piece].Bottom - edges[piece].Top)).ToList();
        if (known.Count < FewestPieces - 2)
        {
            return null;
        }

        var middle = Parabola(known.ConvertAll(k => (k.Place, k.Middle)));
        var (mean, place) = (known.Average(k => k.Thickness), known.Average(k => k.Place));
        var slope = known.Sum(k => (k.Place - place) * (k.Thickness - mean)) / known.Sum(k => (k.Place - place) * (k.Place - place));
        var thickness = mean - (slope * place);
        return thickness > 0 ? ((float)middle.Constant, (float)thickness, new((float)middle.Linear, (float)middle.Square, (float)Math.Clamp(slope / thickness, -MaxTaper, MaxTaper))) : null;
    }

    /// <summary>Least squares by orthogonal polynomials over the places.</summary>
    private static (double Constant, double Linear, double Square) Parabola(List<(double Place, double Value)> points)
    {
        var mean = points.Average(p => p.Place);
        var spread = points.Average(p => (p.Place - mean) * (p.Place - mean));
        var skew = points.Average(p => Math.Pow(p.Place - mean, 3)) / spread;
        double Second(double place) => ((place - mean) * (place - mean)) - (skew * (place - mean)) - spread;
        var constant = points.Average(p => p.Value);
        var linear = points.Sum(p => p.Value * (p.Place - mean)) / (spread * points.Count);
        var square = points.Sum(p => p.Value * Second(p.Place)) / points.Sum(p => Second(p.Place) * Second(p.Place));
        return (constant - (linear * mean) + (square * ((mean * mean) + (skew * mean) - spread)), linear - (square * ((2 * mean) + skew)), square);
    }
}
