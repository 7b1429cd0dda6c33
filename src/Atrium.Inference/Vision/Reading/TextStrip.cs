using Atrium.Inference.Images;

namespace Atrium.Inference.Vision.Reading;

/// <summary>A rectangle that may be turned, with a direction of reading, and the bend of a line in it. The direction is a unit vector; what is below is a quarter turn clockwise of it.</summary>
/// <param name="Centre">In pixels.</param>
/// <param name="Direction">Where the text goes.</param>
/// <param name="Length">Along the direction, in pixels.</param>
/// <param name="Thickness">Across it, in pixels.</param>
/// <param name="Bend">How the line departs from the rectangle.</param>
internal readonly record struct TextStrip(Corner Centre, Corner Direction, float Length, float Thickness, LineBend Bend = default)
{
    /// <summary>A bent line is taken for so many straight pieces.</summary>
    private const int BentRibs = 16;

    /// <summary>A line that is so much thinner than the rectangle round it is bent.</summary>
    private const float BentThickness = 0.75f;

    public Corner TopLeft => At(0, 0);

    public Corner TopRight => At(1, 0);

    public Corner BottomLeft => At(0, 1);

    /// <summary>A point inside: from 0 to 1 along the direction and from 0 to 1 downwards.</summary>
    public Corner At(float along, float down)
    {
        var (x, y) = ((along - 0.5f) * Length, Bend.Middle(along - 0.5f) + ((down - 0.5f) * Thickness * Bend.Width(along - 0.5f)));
        return new(Centre.X + (x * Direction.X) - (y * Direction.Y), Centre.Y + (x * Direction.Y) + (y * Direction.X));
    }

    /// <summary>Four corners of the part between two places along the direction.</summary>
    public Corner[] Part(float from, float to) => [At(from, 0), At(to, 0), At(to, 1), At(from, 1)];

    /// <summary>The same rectangle read the other way round.</summary>
    public TextStrip UpsideDown => this with { Direction = new(-Direction.X, -Direction.Y), Bend = Bend.UpsideDown };

    /// <summary>The same rectangle read a quarter turn on.</summary>
    public TextStrip QuarterTurned => new(Centre, new(-Direction.Y, Direction.X), Thickness, Length);

    /// <summary>Points of the upper and the lower edge, evenly along the direction, for drawing the line straight.</summary>
    public (Corner Top, Corner Bottom)[] Ribs()
    {
        var strip = this;
        var last = Bend == default ? 1 : BentRibs;
        return [.. Enumerable.Range(0, last + 1).Select(rib => (strip.At((float)rib / last, 0), strip.At((float)rib / last, 1)))];
    }

    public TextStrip Grown(float margin) => this with { Length = Length + (2 * margin), Thickness = Thickness + (2 * margin) };

    /// <summary>The smallest rectangle round this one that goes in a direction.</summary>
    public TextStrip Around(Corner direction) => Along([TopLeft, TopRight, BottomLeft, At(1, 1)], direction);

    /// <summary>The strip of a line whose outline is known: where the line is bent it is moved, tilted, bowed and tapered to run along the middle of it; else itself.</summary>
    public TextStrip Fitted(IReadOnlyList<Corner> outline)
    {
        var strip = this;
        var places = outline.Select(p => (X: p.X - strip.Centre.X, Y: p.Y - strip.Centre.Y))
            .Select(p => (Along: ((p.X * strip.Direction.X) + (p.Y * strip.Direction.Y)) / strip.Length, Down: (p.Y * strip.Direction.X) - (p.X * strip.Direction.Y)));
        if (LineBend.Fit(places, Length / Thickness) is not { } fit || fit.Thickness > BentThickness * Thickness)
        {
            return this;
        }

        Corner centre = new(Centre.X - (fit.Offset * Direction.Y), Centre.Y + (fit.Offset * Direction.X));
        return this with { Centre = centre, Thickness = fit.Thickness, Bend = fit.Bend };
    }

    /// <summary>The smallest rectangle round points, by one side of the convex hull after another (rotating calipers: one of its sides lies on the hull).</summary>
    public static TextStrip Around(List<Corner> points)
    {
        var hull = Hull(points);
        var best = default(TextStrip);
        var smallest = float.MaxValue;
        for (var i = 0; i < hull.Count; i++)
        {
            var (from, to) = (hull[i], hull[(i + 1) % hull.Count]);
            var length = MathF.Sqrt(((to.X - from.X) * (to.X - from.X)) + ((to.Y - from.Y) * (to.Y - from.Y)));
            var strip = Along(hull, length > 0 ? new((to.X - from.X) / length, (to.Y - from.Y) / length) : new(1, 0));
            if (strip.Length * strip.Thickness < smallest)
            {
                (best, smallest) = (strip, strip.Length * strip.Thickness);
            }
        }

        return best;
    }

    private static TextStrip Along(List<Corner> points, Corner direction)
    {
        var (minX, maxX, minY, maxY) = (float.MaxValue, float.MinValue, float.MaxValue, float.MinValue);
        foreach (var point in points)
        {
            var x = (point.X * direction.X) + (point.Y * direction.Y);
            var y = (point.Y * direction.X) - (point.X * direction.Y);
            (minX, maxX) = (Math.Min(minX, x), Math.Max(maxX, x));
            (minY, maxY) = (Math.Min(minY, y), Math.Max(maxY, y));
        }

        var (middleX, middleY) = ((minX + maxX) / 2, (minY + maxY) / 2);
        Corner centre = new((middleX * direction.X) - (middleY * direction.Y), (middleX * direction.Y) + (middleY * direction.X));
        return new(centre, direction, maxX - minX, maxY - minY);
    }

    /// <summary>The convex hull (Andrew's monotone chain).</summary>
    private static List<Corner> Hull(List<Corner> points)
    {
        var sorted = points.Distinct().OrderBy(p => p.X).ThenBy(p => p.Y).ToList();
        if (sorted.Count < 3)
        {
            return sorted;
        }

        var hull = new List<Corner>();
        foreach (var side in (List<Corner>[])[sorted, [.. Enumerable.Reverse(sorted)]])
        {
            var start = hull.Count;
            foreach (var point in side)
            {
                while (hull.Count >= start + 2 && Turn(hull[^2], hull[^1], point) <= 0)
                {
                    hull.RemoveAt(hull.Count - 1);
                }

                hull.Add(point);
            }

            hull.RemoveAt(hull.Count - 1);
        }

        return hull;
    }

    private static float Turn(Corner a, Corner b, Corner c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
}
